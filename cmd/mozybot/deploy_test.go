package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mozybot/cmd/mozybot/config"
)

// What is shipped to run mozybot with is only as good as the names in it: "make deploy-test" has the tools look at the rest.

func deployed(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// runners are the files that start mozybot, by how each writes a variable.
var runners = map[string]*regexp.Regexp{
	"mozybot.env":            regexp.MustCompile(`(?m)^([A-Z_]+)=`),
	"mozybot.service":        regexp.MustCompile(`[= ]([A-Z_]+)=`),
	"mozybot-doctor.service": regexp.MustCompile(`[= ]([A-Z_]+)=`),
	"compose.yml":            regexp.MustCompile(`(?m)^\s+(?:# )?([A-Z_]+): `),
	"kubernetes.yaml":        regexp.MustCompile(`name: ([A-Z_]+), value`),

	"kubernetes-replicated.yaml": regexp.MustCompile(`name: ([A-Z_]+), value`),
}

func TestWhatIsShippedSetsVariablesThatThereAre(t *testing.T) {
	known := map[string]config.Variable{}
	for _, v := range config.Variables() {
		known[v.Name] = v
	}
	for file, form := range runners {
		t.Run(file, func(t *testing.T) {
			set := map[string]bool{}
			for _, found := range form.FindAllStringSubmatch(deployed(t, file), -1) {
				set[found[1]] = true
				if v, ok := known[found[1]]; !ok {
					t.Errorf("%s is no variable", found[1])
				} else if v.Secret() {
					t.Errorf("%s is given as itself: a secret belongs in a file", found[1])
				}
			}
			if file != "mozybot.env" { // which all others take the rest from
				for name, v := range known {
					if v.Secret() && !set[name+"_FILE"] {
						t.Errorf("nothing says how %s is given", name)
					}
				}
				return
			}
			for _, v := range known {
				if v.Needed && !v.Secret() && !set[v.Name] {
					t.Errorf("%s is needed and missing", v.Name)
				}
			}
		})
	}
}

// What is shipped works as it is once its files are there: every secret and variable that is needed is given.
func TestTheShippedEnvironmentIsComplete(t *testing.T) {
	given := config.Environment{}
	for line := range strings.Lines(deployed(t, "mozybot.env")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			given[name] = value
		}
	}
	for _, v := range config.Variables() {
		if v.Secret() && v.Needed {
			file := filepath.Join(t.TempDir(), v.Name)
			secretIs(t, file, complete()[v.Name])
			given[v.Name+"_FILE"] = file
		}
	}
	if _, wrong := config.Read(given); len(wrong) > 0 {
		t.Error(config.Joined(wrong))
	}
}

// Whatever stops the bot must wait SHUTDOWN_GRACE and 15 s.
func TestWhatIsShippedStopsThePoliteWay(t *testing.T) {
	for file, words := range map[string][]string{
		"mozybot.service": {"TimeoutStopSec=45\n", "KillMode=mixed\n"},
		"compose.yml":     {"stop_grace_period: 45s"},
		"kubernetes.yaml": {"terminationGracePeriodSeconds: 45 ", "strategy: {type: Recreate}", "replicas: 1\n"},

		"kubernetes-replicated.yaml": {"terminationGracePeriodSeconds: 45 "},
	} {
		for _, word := range words {
			if !strings.Contains(deployed(t, file), word) {
				t.Errorf("%s has no %q", file, word)
			}
		}
	}
	c := configOf(t, config.Environment(complete()))
	if whole := c.ShutdownGrace + endGrace; whole.Seconds() > 45 {
		t.Errorf("the bot may take %v", whole)
	}
}

func TestTheDoctorsUnitIsTheBots(t *testing.T) {
	settings := func(file string) (all []string) {
		for line := range strings.Lines(deployed(t, file)) {
			if name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "#"), "="); ok &&
				slices.Contains([]string{"Environment", "EnvironmentFile", "LoadCredential", "User", "Group", "StateDirectory", "CacheDirectory"}, name) {
				all = append(all, strings.TrimSpace(line))
			}
		}
		slices.Sort(all)
		return all
	}
	bot, doctor := settings("mozybot.service"), settings("mozybot-doctor.service")
	if len(bot) < 10 || !slices.Equal(bot, doctor) {
		t.Errorf("the bot's unit has\n%s\nand the doctor's\n%s", strings.Join(bot, "\n"), strings.Join(doctor, "\n"))
	}
}
