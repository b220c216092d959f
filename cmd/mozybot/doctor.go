package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/mailbox"
	"mozybot/state/bolt"
)

// checkTime is how long one check may take. The console's is the longest: a slow one has several panels to load.
const checkTime = 2 * time.Minute

// check is one thing that the bot needs. run gives what it found, or an error that says what to do. It changes nothing
// anywhere.
type check struct {
	name string
	run  func(context.Context) (found string, err error)
}

// errLater is for what cannot be checked before something else is mended.
var errLater = errors.New("not checked: mend what it needs first")

// doctorCommand checks every connection and right that serve needs, one line each, and says what to do.
func doctorCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("doctor", "mozybot doctor\n\nIt takes no flags and is configured as \"mozybot serve\" is. It changes nothing and exits 0 when all is well.", stderr)
	if code, stop := parseAlone(f, args); stop {
		return code
	}
	c, err := loadConfig()
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			report(stdout, "configuration", "", errors.New(line))
		}
		fmt.Fprintln(stdout, "The rest is checked once the configuration is complete.")
		return exitFailed
	}
	stdout = c.withoutSecrets(stdout)
	report(stdout, "configuration", "complete", nil)
	log := c.logger(io.Discard)
	d := &doctor{config: c, log: log}
	defer d.close()
	well := true
	for _, one := range d.checks() {
		ctx, cancel := context.WithTimeout(ctx, checkTime)
		found, err := one.run(ctx)
		cancel()
		report(stdout, one.name, found, err)
		well = well && err == nil
	}
	if !well {
		return exitFailed
	}
	return exitOK
}

// report prints one line.
func report(w io.Writer, name, found string, err error) {
	switch {
	case errors.Is(err, errLater):
		fmt.Fprintf(w, "-     %s: %v\n", name, err)
	case err != nil:
		fmt.Fprintf(w, "FAIL  %s: %s\n", name, strings.ReplaceAll(sentences(err), "\n", " "))
	default:
		fmt.Fprintf(w, "ok    %s: %s\n", name, found)
	}
}

// sentences are what a person may be told about an error: the operator, who may also see the cause.
func sentences(err error) string {
	if provision.CodeOf(err) == provision.Internal {
		return err.Error()
	}
	message := provision.MessageOf(err)
	var e *provision.Error
	if errors.As(err, &e) && e.Err != nil && !strings.Contains(message, e.Err.Error()) {
		message += " (" + e.Err.Error() + ")"
	}
	return message
}

type doctor struct {
	config  config
	log     logrus.FieldLogger
	console *console.Console // once the browser was found
	inside  bool             // the console let us in
}

func (d *doctor) close() {
	if d.console != nil {
		ctx, cancel := context.WithTimeout(context.Background(), browserGrace)
		defer cancel()
		d.console.Close(ctx)
	}
}

func (d *doctor) checks() []check {
	all := []check{
		{"state file", d.stateFile},
		{"evidence folder", d.evidenceFolder},
		{"browser", d.browser},
		{"browser start", d.browserStart},
		{"proxy", d.proxies},
		{"console log-in", d.consoleLogin},
		{"console panels", d.consolePanels},
		{"console password", d.passwordAge},
		{"mail server", d.mailServer},
		{"task tracker", d.taskTracker},
	}
	if d.config.IMAPAddr != "" {
		all = append(all, check{"order mailbox", d.orderMailbox})
	}
	return append(all, slackChecks(d.config)...)
}

// stateFile opens the file as serve does. A running bot has it open: then that bot is asked how it is.
func (d *doctor) stateFile(ctx context.Context) (string, error) {
	if err := os.MkdirAll(filepath.Dir(d.config.State), 0o700); err != nil {
		return "", fmt.Errorf("STATE: %w: name a file in a folder that can be written", err)
	}
	store, err := bolt.Open(d.config.State, checkState)
	if provision.CodeOf(err) == provision.Conflict && d.botIsWell(ctx) {
		return d.config.State + " is in use by the bot that runs here", nil
	}
	if err != nil {
		return "", err
	}
	v, err := store.Verify(ctx, provision.Head{})
	if err := errors.Join(err, store.Close()); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s can be written; %s, and %s that nobody changed", d.config.State, provision.Count(v.Jobs, "job"), provision.Count(v.Records, "record")), nil
}

func (d *doctor) botIsWell(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.config.HealthAddr+"/livez", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (d *doctor) evidenceFolder(context.Context) (string, error) {
	dir := d.config.evidenceDir()
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(dir, "doctor-"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err != nil {
		return "", fmt.Errorf("EVIDENCE_DIR: %w: name a folder that can be written", err)
	}
	return dir + " can be written", nil
}

func (d *doctor) browser(ctx context.Context) (string, error) {
	found, err := console.FindChromium(d.config.Chromium)
	if err != nil {
		return "", err
	}
	d.console, err = console.New(console.Config{URL: d.config.MozyURL, Username: d.config.MozyUsername, Password: d.config.MozyPassword,
		ChromePath: d.config.Chromium, Sandbox: console.Sandbox(d.config.ChromiumSandbox), EvidenceDir: d.config.evidenceDir(), Log: d.log, Redact: d.config.redactor()})
	return found, err
}

func (d *doctor) consoleLogin(ctx context.Context) (string, error) {
	if d.console == nil {
		return "", errLater
	}
	if err := d.console.Login(ctx, provision.JobStep{}); err != nil {
		return "", err
	}
	d.inside = true
	return d.config.MozyUsername + " is let in at " + d.config.MozyURL, nil
}

// consolePanels is the check that every job begins with.
func (d *doctor) consolePanels(ctx context.Context) (string, error) {
	if !d.inside {
		return "", errLater
	}
	if err := d.console.Check(ctx, provision.JobStep{Job: "doctor"}, d.config.MozyAdminRole); err != nil {
		if kept := provision.EvidenceOf(err); len(kept) > 0 {
			err = fmt.Errorf("%s See %s in the evidence folder", sentences(err), strings.Join(kept, " and "))
		}
		return "", err
	}
	return fmt.Sprintf("everything the steps need is there, and so is the role %q", d.config.MozyAdminRole), nil
}

func (d *doctor) passwordAge(context.Context) (string, error) {
	if notice := d.config.passwordNotice(time.Now()); notice != "" {
		return "", errors.New(notice)
	}
	if d.config.MozyPasswordSet == "" {
		return "its age is not watched; MOZY_PASSWORD_SET would say how old it is", nil
	}
	return fmt.Sprintf("set on %s, good for %d days", d.config.MozyPasswordSet, d.config.MozyPasswordMaxAge), nil
}

func (d *doctor) mailServer(ctx context.Context) (string, error) {
	mailer, err := d.config.mailer()
	if err != nil {
		return "", err
	}
	if err := mailer.Check(ctx); err != nil {
		return "", fmt.Errorf("%s SMTP_ADDR, SMTP_TLS, SMTP_USERNAME and SMTP_PASSWORD say where and as whom", sentences(err))
	}
	return d.config.SMTPAddr + " takes our mail", nil
}

func (d *doctor) taskTracker(ctx context.Context) (string, error) {
	tracker, err := d.config.tracker()
	if err != nil {
		return "", err
	}
	if err := tracker.Check(ctx); err != nil {
		return "", fmt.Errorf("%s SINGULARITY_URL and SINGULARITY_TOKEN say where and as whom", sentences(err))
	}
	return d.config.SingularityURL + " takes our token", nil
}

func (d *doctor) orderMailbox(ctx context.Context) (string, error) {
	watcher, err := d.config.mailbox(noIntake{}, d.log)
	if err != nil {
		return "", err
	}
	if err := watcher.Check(ctx); err != nil {
		return "", fmt.Errorf("%s IMAP_ADDR, IMAP_TLS, IMAP_USERNAME and IMAP_PASSWORD say where and as whom", sentences(err))
	}
	found := d.config.IMAPAddr + " lets us in and has the folders"
	if len(d.config.MailboxSenders) == 0 {
		return found + "; everybody's mails are orders, as MAILBOX_SENDERS is empty", nil
	}
	stamped, mails, err := watcher.Stamped(ctx)
	switch {
	case err != nil:
		return "", err
	case mails == 0:
		return found + "; there is no mail yet that would show whether the mail server says who sent it, without which MAILBOX_SENDERS takes none", nil
	case stamped == 0:
		return "", fmt.Errorf("MAILBOX_SENDERS: the mail server says of none of the newest mails (%d) who sent it, so every mail is left to people: have it check SPF, DKIM and DMARC and add Authentication-Results, or leave MAILBOX_SENDERS empty",
			mails)
	}
	return fmt.Sprintf("%s; the mail server says of %d of the %d newest mails who sent it", found, stamped, mails), nil
}

// noIntake is given nothing: a mailbox that is only checked.
type noIntake struct{ mailbox.Intake }
