package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/decide"
	"mozybot/bot/intake"
	"mozybot/bot/thread"
	"mozybot/bot/thread/sheet"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state"
)

// Config is what a Bot is made of.
type Config struct {
	Slack   *slack.Client // with both tokens, and a timeout on its HTTP client
	Store   state.Store
	Reader  intake.Reader
	Console dispatch.Console
	Runner  dispatch.Runner
	Letters decide.Letters // nil when the welcome mail cannot be looked at

	Channels     []string // where orders are taken: names or ids
	Approvers    []string // who may approve: user ids, user-group ids, @handles of user groups
	Requesters   []string // who may bring orders, in the same forms; empty for everybody in the channels
	SelfApproval bool     // the requester may approve too, if they are an approver
	Needed       int      // how many approvals a job needs; 0 for one

	AdminRole string // what customers' admins are given at the console

	Spare provision.SpareRule // whether the default group's spare storage is used first; "" for asking

	MonthlyReport bool // the storage is reported at the start of each month

	Senders provision.Senders // whose mails are orders; empty for everybody's

	Expires    time.Duration // how long a job waits for its decision; 0 for DefaultExpires
	Watch      time.Duration // how often to look for jobs that wait too long; 0 for a minute
	DryRun     bool          // new jobs are dry runs, and no other job continues
	MaxOrderGB int           // 0 for provision.DefaultMaxOrderGB

	SummaryDelay time.Duration // see dispatch.Config

	// Received reports for every event how long it took to be on disk and to be acknowledged, or the error that
	// prevented one of them. It must not block; may be nil.
	Received func(kind string, stored, acknowledged time.Duration, err error)

	// SignHead signs a head of the audit, which is then posted once a day; nil: none is. Posted is told of each; may be nil.
	SignHead func(provision.Head, time.Time) (provision.SignedHead, error)
	Posted   func(provision.SignedHead)

	// TryLogin logs in to the console once, also where an earlier log-in was refused; nil when nothing can be tried.
	TryLogin func(ctx context.Context) error
	Parts    []provision.Part // the systems that mozybot uses, whose health the Home tab tells

	// Elected says that no other copy works while this one runs, also where Slack still has one connected.
	Elected  bool
	Replicas func(ctx context.Context) (string, error) // says in a sentence which copy leads and which stand by; nil when there is one alone
	Instance provision.Instance                        // this running copy, for the console lock

	Version  string // of this program, for the Home tab; "" when it is not known
	Evidence fs.FS  // the pictures that the journals name; nil: none are shown

	DrawSheet thread.Drawing // of pictures among Evidence; nil: it is done right here, which takes memory and time

	ConsoleURL string // where people look when a job is stuck; may be empty

	Log logrus.FieldLogger
	Now func() time.Time // nil for time.Now

	// SlackTime is what time it is at Slack, the zero time while that is not known; nil when it never is. Messages are dated
	// by it.
	SlackTime func() time.Time

	// Steady measures how long to wait, and never jumps as the time of day may; nil for time.Now.
	Steady func() time.Time
}

// DefaultExpires is how long a job waits for its decision unless APPROVAL_EXPIRES says otherwise.
const DefaultExpires = 72 * time.Hour

// check names everything that is missing in one error.
func (c Config) check() error {
	var missing []error
	for _, part := range []struct {
		name   string
		absent bool
	}{
		{"a Slack client", c.Slack == nil},
		{"a Store", c.Store == nil},
		{"a Reader", c.Reader == nil},
		{"a Console", c.Console == nil},
		{"a Runner", c.Runner == nil},
		{"a Log", c.Log == nil},
		{"at least one channel", len(c.Channels) == 0},
		{"at least one approver", len(c.Approvers) == 0},
	} {
		if part.absent {
			missing = append(missing, fmt.Errorf("making the bot: it needs %s", part.name))
		}
	}
	return errors.Join(missing...)
}

// ahead is how far our clock is ahead of Slack's; 0 for less than a minute, of which an answer may have been on its way.
func (c Config) ahead() time.Duration {
	at := c.SlackTime()
	if off := c.Now().Sub(at); !at.IsZero() && off >= time.Minute {
		return off
	}
	return 0
}

// withDefaults fills in what may be left out.
func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Steady == nil {
		c.Steady = time.Now
	}
	if c.SlackTime == nil {
		c.SlackTime = func() time.Time { return time.Time{} }
	}
	if c.Received == nil {
		c.Received = func(string, time.Duration, time.Duration, error) {}
	}
	if c.DrawSheet == nil {
		c.DrawSheet = func(_ context.Context, rows []sheet.Row) ([]byte, int, error) { return sheet.Draw(c.Evidence, rows) }
	}
	if c.MaxOrderGB == 0 {
		c.MaxOrderGB = provision.DefaultMaxOrderGB
	}
	if c.Expires == 0 {
		c.Expires = DefaultExpires
	}
	if c.Watch == 0 {
		c.Watch = time.Minute
	}
	return c
}
