package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/mail"
	"mozybot/provision/mailbox"
	"mozybot/provision/singularity"
)

// checkTime is how long one check may take. The console's is the longest: a slow one has several panels to load.
const checkTime = 2 * time.Minute

// check is one thing that the bot needs. run gives what it found, or an error that says what to do: a warning where it
// works as it is, errLater where it rests on something else. It changes and makes nothing anywhere.
type check struct {
	name string
	run  func(context.Context) (found string, err error)
}

// doctorCommand checks every connection and right that serve needs.
func doctorCommand() *cobra.Command {
	c := newCommand("doctor", "check every file, connection and right that serve needs, and say what to do", func(ctx context.Context, _ []string, stdout, _ io.Writer) error {
		return exitWith(diagnose(ctx, stdout))
	})
	c.Long = "It takes no flags and is configured as \"mozybot serve\" is. It changes and makes nothing.\nIt exits 0 when there is no problem, also with warnings, else 1."
	return c
}

// diagnose prints a line for each check, and says what to do.
func diagnose(ctx context.Context, stdout io.Writer) int {
	c, wrong := config.Usable(config.Process())
	f := findings{w: c.WithoutSecrets(stdout), colour: coloured(stdout)}
	if len(wrong) > 0 {
		for _, p := range wrong {
			f.report("configuration", "", p)
		}
		fmt.Fprintln(f.w, "The rest is checked once the configuration is complete.")
		f.sum()
		return exitFailed
	}
	log := c.Logger(io.Discard)
	console := &consoleDoctor{config: c, log: log}
	defer console.close()
	for _, one := range (&doctor{c, log}).checks(console) {
		limited, cancel := context.WithTimeout(ctx, checkTime)
		found, err := one.run(limited)
		cancel()
		if ctx.Err() != nil {
			fmt.Fprintln(f.w, "Ended before everything was checked.")
			return exitFailed
		}
		f.report(one.name, found, err)
	}
	f.sum()
	if f.problems > 0 {
		return exitFailed
	}
	return exitOK
}

// doctor looks at this machine and at what is around the bot, but for Slack and the console.
type doctor struct {
	config config.Config
	log    logrus.FieldLogger
}

// checks are all of them, in the order in which they are printed.
func (d *doctor) checks(console *consoleDoctor) []check {
	all := []check{
		{"configuration", d.configuration},
		{"state file", d.stateFile},
		{"audit key", d.auditKey},
		{"evidence folder", d.evidenceFolder},
		{"health address", d.healthAddress},
		{"order reader", d.orderReader},
		{"confinement", d.confinement},
		{"browser", console.browser},
		{"browser start", console.start},
		{"proxy", d.proxies},
		{"console log-in", console.login},
		{"console panels", console.panels},
		{"console password", console.passwordAge},
		{"mail server", d.mailServer},
		{"task tracker", d.taskTracker},
	}
	if d.config.IMAPAddr != "" {
		all = append(all, check{"order mailbox", d.orderMailbox})
	}
	return append(all, slackChecks(d.config)...)
}

func (d *doctor) configuration(context.Context) (string, error) {
	if found := d.config.Warnings(config.Process()); len(found) > 0 {
		return "", warning(strings.Join(found, "; "))
	}
	return "complete", nil
}

func (d *doctor) mailServer(ctx context.Context) (string, error) {
	mailer, err := mail.New(d.config.Mail())
	if err != nil {
		return "", err
	}
	if err := mailer.Check(ctx); err != nil {
		return "", fmt.Errorf("%s SMTP_ADDR, SMTP_TLS, SMTP_USERNAME and SMTP_PASSWORD say where and as whom", provision.Sentences(err))
	}
	return d.config.SMTPAddr + " takes our mail", nil
}

func (d *doctor) taskTracker(ctx context.Context) (string, error) {
	tracker, err := singularity.New(d.config.Tracker())
	if err != nil {
		return "", err
	}
	if err := tracker.Check(ctx); err != nil {
		return "", fmt.Errorf("%s SINGULARITY_URL and SINGULARITY_TOKEN say where and as whom", provision.Sentences(err))
	}
	return d.config.SingularityURL + " takes our token", nil
}

func (d *doctor) orderMailbox(ctx context.Context) (string, error) {
	watcher, err := newMailbox(d.config, noIntake{}, d.log)
	if err != nil {
		return "", err
	}
	if err := watcher.Check(ctx); err != nil {
		return "", fmt.Errorf("%s IMAP_ADDR, IMAP_TLS, IMAP_USERNAME and IMAP_PASSWORD say where and as whom", provision.Sentences(err))
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
