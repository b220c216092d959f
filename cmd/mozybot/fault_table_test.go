package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	linux "golang.org/x/sys/unix"

	"mozybot/fixtures/executable"
	"mozybot/fixtures/sandbox/console"
	"mozybot/state/bolt"
)

// trouble is a row of the fault table: what goes wrong, and what becomes of an order of 30 GB then. In every row the
// surroundings' records must show each thing once, and conservation holds.
type trouble struct {
	what, outcome string
	faults        [][3]string  // of the surroundings, from before the order is dropped
	lost          string       // what these moments begin with gets lost, the first time
	at            string       // the moment at which does is called
	does          func(*world) // something else that happens; it must not wait
	others        int          // GB that a colleague has bought in it, and that have to stay Available
	asked         int          // how often a person has to decide
	step          string       // about which step
	says          string       // what they must be told
}

// What goes wrong around the bot. Rows that need a browser, a clock or another package's own tools are tests there:
//
//	half-loaded panels, lost clicks, dialogs    provision/console, TestAJobUnderPairsOfFaults ("make pairs": all of them)
//	a console that is slow or does not answer   provision/console, TestWorksWithASlowConsole, TestReadFailures, TestUnreachable
//	a console that is away for a while          provision/console, TestAJobGoesOnOnceTheConsoleIsReachedAgain
//	a refused or locked log-in                  provision/console, TestARefusedLoginIsNeverRepeated
//	a colleague's edits at every step           provision/console, TestAColleagueBetweenOurActs; provision/runbook, TestAColleagueBetweenTwoActs
//	every answer of mail server and tracker     provision/mail, TestOutcomesOfAnAttempt; provision/singularity, TestOutOfReach, TestUnexpectedResponses
//	the order mailbox                           provision/mailbox, TestNothingIsLostWhenThingsGoWrong
//	odd answers of Slack's to every call        bot, TestAnOddAnswerAboutAFileLosesNoOrder and the tests beside it
//	a token that Slack refuses                  TestARefusedTokenIsNamedAndWaitedFor, beside this
//	clicks that come late, twice, or to old numbers    bot, TestAnApprovalCoversOnlyItsNumbers, TestTwoClicksOnOneButtonHaveOneEffect
//	a journal that cannot be synced             provision/runbook, TestTroubleWithAnAct
//	a damaged state file                        state/bolt, damage_test.go
//	clock jumps                                 bot, TestTheBotToleratesClockJumps
//	SIGTERM in the middle of an act             TestAskedToStopInTheMiddleOfAnAct, beside this
func troubles() []trouble {
	slack := func(name, value string) [][3]string { return [][3]string{{"slack", name, value}} }
	mail := func(name, value string) [][3]string { return [][3]string{{"mail", name, value}} }
	tracker := func(name, value string) [][3]string { return [][3]string{{"tracker", name, value}} }
	broken := func(name, value string) [][3]string { return [][3]string{{"console", name, value}} }
	return []trouble{
		{what: "Slack answers 429 to everything for a while", outcome: "waits as long as Slack says; each message once", faults: slack("ratelimit", "all 6")},
		{what: "Slack answers 500 to everything for a while", outcome: "tries again; each message once", faults: slack("http_500", "all 4")},
		{what: "Slack's answer to a post gets lost", outcome: "finds the message in the thread and takes it up", lost: "after slack chat.postMessage"},
		{what: "Slack's answer to an edit gets lost", outcome: "edits again", lost: "after slack chat.update"},
		{what: "Slack closes the socket in the middle of a job", outcome: "opens another; the job does not notice",
			at: "before console add_group #1", does: setFault("slack", "disconnect", "refresh_requested")},
		{what: "Slack sends every event twice", outcome: "one job, one approval", faults: slack("duplicate_events", "true")},
		{what: "Slack tells of a file before the message it is in", outcome: "asks again until the message is there", faults: slack("late_shares", "2")},
		{what: "Slack takes most of a second for every answer", outcome: "acknowledges in time all the same", faults: slack("slow", "700")},

		{what: "the console answers 500 a few times", outcome: "tries again", faults: broken("http_500", "3")},
		{what: "the console breaks before a purchase", outcome: "looks, finds nothing bought, buys once", faults: broken("http_500", console.WriteChangePlan)},
		{what: "the console's answer to every write gets lost", outcome: "looks, finds it done, goes on", lost: "after console change_plan|after console add_group|after console edit_group|after console add_admin"},
		{what: "the session ends just before a write", outcome: "logs in again", faults: broken("session_expired", console.WriteAddGroup)},
		{what: "a colleague buys 3 add-ons just before our click", outcome: "plans the purchase again; what the colleague bought stays", others: 60,
			at: "before console change_plan #1", does: func(w *world) {
				n := 869
				w.must(w.sandbox.Model.Colleague(console.Act{Write: console.WriteChangePlan, AddOns: &n}))
			}},

		{what: "the mail server is down for some seconds", outcome: "tries again later, and says so; the task waits", faults: mail("down", "2")},
		{what: "the mail server greylists", outcome: "tries again later", faults: mail("greylist", "on")},
		{what: "the mail server refuses the recipient for good", outcome: "asks a person, who has it tried again", faults: mail("refuse", "1"), asked: 1, step: theMail, says: "No mailbox"},
		{what: "the mail server breaks off in the middle of a mail", outcome: "asks a person, as nobody can tell what was taken", faults: mail("drop_in_data", "1"), asked: 1, step: theMail},
		{what: "the mail server's answer to a mail gets lost", outcome: "asks a person instead of mailing twice", lost: "after mail handed over", asked: 1, step: theMail},
		{what: "the mail server is slow", outcome: "waits", faults: mail("slow", "400")},
		{what: "the tracker is down for some seconds", outcome: "tries again later", faults: tracker("down", "2")},
		{what: "the tracker's answer to the closing gets lost", outcome: "looks, finds the task closed", lost: "after tracker POST"},
		{what: "a log-in page answers for the tracker", outcome: "asks a person, who has it tried again", faults: tracker("login_page", "1"), asked: 1, step: "Close the Singularity task"},
		{what: "the tracker is slow", outcome: "waits", faults: tracker("slow", "700")},

		{what: "the disk is full when an order comes", outcome: "the order becomes a job when there is room", at: "after receive events_api #1", does: fillDisk},
		{what: "the disk is full after a purchase", outcome: "the job goes on when there is room, and buys nothing again", at: "after console change_plan #1", does: fillDisk},
		{what: "the disk is full when a mail was sent", outcome: "asks a person instead of mailing twice", at: "after mail handed over #1", does: fillDisk, asked: 1, step: theMail},
		{what: "Slack cannot be reached for some seconds", outcome: "goes on with the job, and tells it afterwards", at: "before journal buy intent #1", does: cut("slack")},
		{what: "the tracker cannot be reached for some seconds", outcome: "tries again later", at: "after journal close_task intent #1", does: cut("tracker")},
		{what: "the mail server cannot be reached for some seconds", outcome: "tries again later", at: "before mail EHLO #1", does: cut("mail")},
	}
}

func TestFaultTable(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	rows := map[string]string{}
	all := troubles()
	t.Run("row", func(t *testing.T) {
		for _, row := range all {
			t.Run(row.what, func(t *testing.T) {
				t.Parallel()
				result := row.run(t)
				mu.Lock()
				defer mu.Unlock()
				rows[row.what] = result
			})
		}
	})
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.what, row.outcome, rows[row.what])
	}
	_ = table.Flush() // into memory
	t.Logf("\n%s", text.String())
}

// run carries an order through the trouble, and says in a word how it went.
func (row trouble) run(t *testing.T) string {
	w := newWorld(t, way{})
	if row.step != "" {
		w.mayAsk = row.step
	}
	w.othersGB = row.others
	w.mustServe()
	for _, f := range row.faults {
		w.must(w.sandbox.SetFault(f[0], f[1], f[2]))
	}
	met := row.at == "" && row.lost == ""
	lost := map[string]bool{}
	w.fate.lose(func(m moment) bool {
		if m.name == row.at {
			met = true
			row.does(w)
		}
		for _, begin := range strings.Split(row.lost, "|") {
			if begin != "" && strings.HasPrefix(m.name, begin) && !lost[begin] {
				met, lost[begin] = true, true
				return true
			}
		}
		return false
	})
	w.bring(1, matrixGB)
	w.mustEnd()
	if !met {
		t.Error("the trouble never came")
	}
	j := w.judge()
	for _, wrong := range j.wrong {
		t.Error(wrong)
	}
	if j.asked != row.asked {
		t.Errorf("a person was asked %d times, want %d", j.asked, row.asked)
	}
	if !strings.Contains(strings.Join(w.told, "\n"), row.says) {
		t.Errorf("the person was not told %q: %q", row.says, w.told)
	}
	switch {
	case t.Failed():
		return "FAILED"
	case j.asked > 0:
		return "done, a person asked"
	}
	return "done"
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Error(err)
	}
}

func setFault(on, name, value string) func(*world) {
	return func(w *world) { w.must(w.sandbox.SetFault(on, name, value)) }
}

// lasts is how long a trouble that passes by itself goes on after the bot has met it.
const lasts = 2 * time.Second

// fillDisk leaves the bot no room: no file of it can be written to any more, until a while after a write has failed.
func fillDisk(w *world) {
	pid := w.bot.Process.Pid
	var room linux.Rlimit
	w.must(linux.Prlimit(pid, linux.RLIMIT_FSIZE, nil, &room))
	w.must(linux.Prlimit(pid, linux.RLIMIT_FSIZE, &linux.Rlimit{Cur: 0, Max: room.Max}, nil))
	w.fate.onFailure(sync.OnceFunc(func() {
		time.AfterFunc(lasts, func() { w.must(linux.Prlimit(pid, linux.RLIMIT_FSIZE, &room, nil)) })
	}))
}

// cut takes a surrounding off the network, until a while after somebody was turned away.
func cut(name string) func(*world) {
	return func(w *world) {
		g := w.gates[name]
		g.shut(sync.OnceFunc(func() { time.AfterFunc(lasts, g.open) }))
	}
}

func TestASecondBotOnTheSameStateFileIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, way{})
	w.mustServe()
	second := exec.Command(os.Args[0], "serve")
	second.Env = w.env
	said, _ := second.CombinedOutput()
	if code := second.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(string(said), "in use, most likely by a second instance of mozybot") {
		t.Errorf("the second one ended with %d: %s", code, said)
	}
	w.bring(1, matrixGB)
	w.mustEnd()
	if j := w.judge(); len(j.wrong)+j.asked > 0 {
		t.Errorf("the first one was disturbed: %q", j.wrong)
	}
}

func TestAStateFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	state := filepath.Join(dir, "mozybot.db")
	store, err := bolt.Open(state, bolt.Check)
	if err == nil {
		err = errors.Join(store.Close(), os.Chmod(state, 0o400))
	}
	if err != nil {
		t.Fatal(err)
	}
	bot := exec.Command(os.Args[0], "serve")
	if os.Getuid() == 0 { // who may write everywhere: somebody else, then, with a program that he can reach
		bot.Path = filepath.Join(dir, "mozybot")
		content, err := os.ReadFile(os.Args[0])
		if err == nil {
			err = errors.Join(executable.Write(bot.Path, content), os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755))
		}
		if err != nil {
			t.Fatal(err)
		}
		bot.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	bot.Env = []string{"STATE=" + state}
	for _, v := range startSandbox(t).Env() {
		bot.Env = append(bot.Env, v.Name+"="+v.Value)
	}
	said, err := bot.CombinedOutput()
	if code := bot.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(string(said), "opening the state file") ||
		!strings.Contains(string(said), state+": permission denied") {
		t.Errorf("it ended with %d (%v): %s", code, err, said)
	}
}
