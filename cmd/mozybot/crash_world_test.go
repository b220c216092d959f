package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/fixtures/sandbox/console"
)

// world is a sandbox with fate between it and the bot, and the people who bring orders and decide.
type world struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	fate    *fate
	people  script
	sees    channel[pictured] // the approver does
	way

	waits  int  // how many orders were on their way when people last acted
	undone bool // something is to be done though nothing has changed in Slack since

	mayAsk string // the title of the step at which alone a person may be asked

	othersGB int      // what a colleague has bought and not assigned: it stays Available
	told     []string // what they were asked by

	gates map[string]*gate // on the way to slack, mail, tracker and console

	dir    string
	env    []string
	bot    *exec.Cmd
	ended  chan struct{} // closed when bot has ended
	shared *sharedState  // nil for a state in a file
	orders []*brought
}

// brought is an order on its way.
type brought struct {
	*outcome
	company, email, task string
	gb                   int
	from                 int             // what an existing customer's group had before; 0 for a new one's
	asked                map[string]bool // the times it got stuck that somebody has decided
	again                int             // how often they were told to press again, and did
}

// theMail is the one step that cannot be looked at, and theMailOfMore the same for an existing customer.
const (
	theMail       = "Send the welcome mail"
	theMailOfMore = "Send the mail about the new storage"
)

// way is how orders take their way.
type way struct {
	browser bool // the bot works the console's pages in a Chromium, else the double
	mailbox bool // they come by e-mail, else they are dropped
	etcd    bool // the state is in etcd, else in a file

	licensed  bool // each order has a Cloud Server License
	grows     bool // each order is more for a customer of the console, else for a new one
	mixed     bool // every other order is, as long as there are customers
	spare     bool // the default group's spare storage is used first
	defaultGB int  // what the default group has at first, if not what the sandbox gives it
}

// needs is how many add-ons an order of gb buys, by a formula of its own.
func (w way) needs(gb int) int {
	if w.spare {
		gb = max(0, gb-(w.startsWith().Assigned-w.startsWith().Used))
	}
	return (gb + 19) / 20
}

// startsWith is the default group at first.
func (w way) startsWith() console.Group { return w.state().Groups[0] }

// state is the console at first.
func (w way) state() console.State {
	s := console.StartState(nil)
	if w.defaultGB > 0 { // a whole number of add-ons more
		s.Plan.AddOns += (w.defaultGB - s.Groups[0].Assigned) / console.UnitGB
		s.Groups[0].Assigned = w.defaultGB
	}
	return s
}

func newWorld(t *testing.T, way way) *world {
	t.Helper()
	return newWorldIn(t, startSandboxFrom(t, sandbox.Archive{Console: way.state()}), way)
}

func newWorldIn(t *testing.T, s *sandbox.Sandbox, way way) *world {
	t.Helper()
	w := &world{t: t, sandbox: s, fate: newFate(), way: way, dir: t.TempDir(),
		gates: map[string]*gate{}, mayAsk: theMail}
	w.sees = channel[pictured]{s: s, person: "approver"}
	w.people = script{url: w.sandbox.URL(), consoleURL: w.sandbox.ConsoleURL(), client: newScriptClient()}
	env := map[string]string{"STATE": filepath.Join(w.dir, "mozybot.db"), "LOG_LEVEL": cmp.Or(os.Getenv("LOG_LEVEL"), "error"), "CHROMIUM": os.Getenv("CHROMIUM"),
		"PATH": os.Getenv("PATH"), "HOME": os.Getenv("HOME"),
		fateAddr: w.fate.serve(t, w.sandbox), fateOrders: plainText}
	for _, v := range w.sandbox.Env() {
		env[v.Name] = v.Value
	}
	if way.mailbox {
		folder := w.gate("mailbox")
		go w.fate.folder(folder, env["IMAP_ADDR"])
		env["IMAP_ADDR"] = folder.Addr().String()
	} else {
		delete(env, "IMAP_ADDR")
	}
	env["SLACK_API_URL"] = w.proxy("slack", w.sandbox.URL(), slackMoment) + "/api/"
	env["SINGULARITY_URL"] = w.proxy("tracker", env["SINGULARITY_URL"], trackerMoment)
	mail := w.gate("mail")
	go w.fate.postbox(mail, env["SMTP_ADDR"])
	env["SMTP_ADDR"] = mail.Addr().String()
	if way.browser {
		env["MOZY_URL"] = w.proxy("console", env["MOZY_URL"], consoleMoment)
	} else {
		env[fateConsole] = backendDouble
	}
	if way.etcd {
		w.shared = newSharedState(t)
		delete(env, "STATE")
	}
	if way.spare {
		env["SPARE"] = "always"
	}
	if zone, set := os.LookupEnv("TZ"); set { // nights are where the test is
		env["TZ"] = zone
	}
	for name, value := range env {
		w.env = append(w.env, name+"="+value)
	}
	w.env = append(w.env, "TMPDIR="+browserFolder(t), lessGarbage)
	t.Cleanup(w.stop)
	return w
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// gate opens a way to a surrounding.
func (w *world) gate(name string) *gate {
	w.gates[name] = &gate{Listener: listen(w.t), inside: map[net.Conn]bool{}}
	return w.gates[name]
}

func (w *world) proxy(name, target string, naming func(*http.Request, []byte) string) (url string) {
	w.t.Helper()
	h, err := w.fate.through(target, naming)
	if err != nil {
		w.t.Fatal(err)
	}
	l := w.gate(name)
	server := &http.Server{Handler: h}
	go server.Serve(l) //nolint:errcheck // it ends with the test
	w.t.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String()
}

// serve gives every bot that connects its own log-in to the console.
func (f *fate) serve(t testing.TB, s *sandbox.Sandbox) (addr string) {
	l := listen(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			server := rpc.NewServer()
			if err := server.RegisterName("Fate", &watch{f, console.NewDouble(s.Model)}); err != nil {
				panic(err)
			}
			go server.ServeConn(conn)
		}
	}()
	return l.Addr().String()
}

// withoutBrowser are the variables of a bot that works the console's double, in the process of the sandbox, instead of the
// console's pages in a Chromium: for tests that are about something else. A Chromium costs more than all the rest of an
// order. Fate lets such a bot live.
func withoutBrowser(t testing.TB, s *sandbox.Sandbox) []string {
	t.Helper()
	f := newFate()
	f.bot = new(exec.Cmd) // to be alive is all that is asked of it
	return doubleUnder(t, s, f)
}

func doubleUnder(t testing.TB, s *sandbox.Sandbox, f *fate) []string {
	t.Helper()
	return []string{fateAddr + "=" + f.serve(t, s), fateConsole + "=" + backendDouble}
}

// start starts the bot on what an earlier one left.
func (w *world) start() {
	w.t.Helper()
	w.bot = exec.Command(os.Args[0], "serve")
	w.bot.Env = slices.Concat(w.env, w.shared.replica(w.dir))
	w.bot.Stdout, w.bot.Stderr = w.t.Output(), w.t.Output()
	if err := w.fate.run(w.bot); err != nil {
		w.t.Fatal(err)
	}
	w.ended = make(chan struct{})
	go func(bot *exec.Cmd, ended chan struct{}) {
		_ = bot.Wait() // it is killed most of the time
		close(ended)
	}(w.bot, w.ended)
}

func (w *world) stop() {
	w.shared.end()
	if w.bot != nil {
		_ = w.bot.Process.Kill()
		<-w.ended
	}
}

// until waits for a condition. Every bot that was killed meanwhile is followed by another.
func (w *world) until(limit time.Duration, condition func() (bool, error)) error {
	deadline := time.After(limit)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if w.fate.dead() {
			<-w.ended
			w.start()
		}
		if holds, err := condition(); err != nil || holds {
			return err
		}
		select {
		case <-tick.C:
		case <-w.ended:
			if !w.fate.dead() {
				return errors.New("the bot ended by itself")
			}
		case <-deadline:
			return errOverdue
		}
	}
}

var errOverdue = errors.New("it took too long")

// mustServe starts the first bot and waits until it hears Slack, as one that has been in service for a while.
func (w *world) mustServe() {
	w.t.Helper()
	w.start()
	if err := w.until(orderTime, func() (bool, error) { return w.fate.serving(), nil }); err != nil {
		w.t.Fatal(err)
	}
}

// mustEnd carries the orders to their end and the bot to its own.
func (w *world) mustEnd() {
	w.t.Helper()
	err := w.untilOver(orderTime)
	if err == nil {
		err = w.settle()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// settle waits until a bot runs that has nothing more to do, and has it leave. What it takes up from an earlier one it
// takes up at once, so a while without any moment is enough.
func (w *world) settle() error {
	if err := w.until(orderTime, func() (bool, error) { return w.fate.quiet(), nil }); err != nil {
		return fmt.Errorf("waiting for the bot to settle: %w", err)
	}
	if err := w.bot.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("ending the bot: %w", err)
	}
	<-w.ended
	return nil
}

// bring drops an order as the requester.
func (w *world) bring(n, gb int) {
	w.t.Helper()
	o := &brought{outcome: newOutcome("", backendDouble), company: fmt.Sprintf("Example %d Inc.", n), gb: gb,
		email: fmt.Sprintf("guy%d@example.com", n), task: fmt.Sprint(58000 + n), asked: map[string]bool{}}
	o.File = filepath.Join(w.dir, fmt.Sprintf("order-%d.txt", n))
	whom := fmt.Sprintf("Company: %s\nContact: Mister Guy\nE-mail: %s", o.company, o.email)
	if w.grows || w.mixed && n%2 == 0 && n < len(w.way.state().Groups)-2 { // the last two are not of type Assigned
		whom = w.moreFor(o, n)
	}
	text := fmt.Sprintf("%s\nOrder number: SO-%d\nTask: %s\n\nQty  Description\n%d  1 GB Storage Server\n", whom, n, o.task, gb)
	if w.licensed {
		text += "1  Cloud Server License\n"
	}
	err := os.WriteFile(o.File, []byte(text), 0o600)
	if err == nil && w.mailbox {
		err = w.mail(o, text)
	} else if err == nil {
		o.ts, err = w.people.drop(w.t.Context(), o.File)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.orders, w.undone = append(w.orders, o), true
}

// moreFor makes it an order of the nth customer of the console, whose admin will get the mail.
func (w *world) moreFor(o *brought, n int) (whom string) {
	s := w.way.state()
	g := s.Groups[n]
	o.company, o.from = g.Name, g.Assigned
	for _, a := range s.Admins {
		if slices.Contains(a.Groups, g.ID) {
			o.email = a.Email
		}
	}
	return fmt.Sprintf("Company: %s\nAccount ID: %s", g.Name, g.ID)
}

// mail sends an order to the mailbox. Its thread is begun by the bot, so it has no ts yet.
func (w *world) mail(o *brought, text string) error {
	name := filepath.Base(o.File)
	raw := strings.ReplaceAll(fmt.Sprintf("From: Mister Guy <%s>\nTo: orders@hosting.example\nSubject: Order of %s\nMessage-ID: <%s@example.com>\n"+
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=part\n\n--part\nContent-Type: text/plain\n\nThe order is attached.\n"+
		"--part\nContent-Type: text/plain; name=%s\nContent-Disposition: attachment; filename=%s\n\n%s\n--part--\n",
		o.email, o.company, name, name, name, text), "\n", "\r\n")
	return w.people.post(w.t.Context(), "/mailbox", "message/rfc822", strings.NewReader(raw), nil)
}

// begun finds the thread of an order that came by mail.
func (o *brought) begun(messages []message) {
	for _, m := range messages {
		if o.ts == "" && m.Metadata.EventType == "mozy_mail" && strings.Contains(m.Text, o.company) {
			o.ts = m.TS
		}
	}
}

// toldToPressAgain counts the replies to presses of a message that the bot had sent and not yet recorded when it was killed.
func (o *brought) toldToPressAgain(messages []message) (n int) {
	for _, m := range messages {
		if m.ThreadTS == o.ts && strings.Contains(m.Text, "has no record of putting this button here") {
			n++
		}
	}
	return n
}

// act has people do what they would: approve what asks for it, decide about what is stuck. It counts the orders that
// are still on their way.
func (w *world) act() (waiting int, err error) {
	if !w.undone && !w.sees.changed() {
		return w.waits, nil
	}
	w.undone = false
	w.waits, err = w.actOn(w.sees.look(w.t))
	return w.waits, err
}

func (w *world) actOn(shown []pictured) (waiting int, err error) {
	ctx := w.t.Context()
	messages := make([]message, len(shown))
	for i, m := range shown {
		messages[i] = m.message
	}
	for _, o := range w.orders {
		o.begun(messages)
		approve, _ := o.read(messages)
		if o.over() && o.Status != "stuck" {
			if o.Status == "done" && w.browser && !slices.ContainsFunc(shown, func(m pictured) bool { return m.isReplyIn(o.ts) && len(m.Files) > 0 }) { // they take a while to be made
				waiting++
			}
			continue
		}
		waiting++
		if n := o.toldToPressAgain(messages); n > o.again {
			o.again, o.pressed[approve.Value] = n, false
		}
		if approve.Value != "" && !o.pressed[approve.Value] {
			if o.pressed[approve.Value], err = w.press(ctx, approve); err != nil {
				return 0, err
			}
		}
		if err := w.decide(ctx, o, messages); err != nil {
			return 0, err
		}
	}
	return waiting, nil
}

// pictured is a message with its files.
type pictured struct {
	message
	Files []struct{} `json:"files"`
}

func (m pictured) isReplyIn(thread string) bool { return m.ThreadTS == thread && m.TS != thread }

// decide is what an honest approver does about a stuck job: they look for themselves.
func (w *world) decide(ctx context.Context, o *brought, messages []message) error {
	for _, m := range messages {
		spell := m.Metadata.Payload.Message
		if m.ThreadTS != o.ts || !strings.HasPrefix(spell, "stuck.") {
			continue
		}
		stuckAt := func(title string) bool { return strings.Contains(string(m.Blocks), "is stuck at “"+title+"”") }
		door := "retry"
		if (stuckAt(theMail) || stuckAt(theMailOfMore)) && len(w.mailsTo(o.email)) > 0 {
			door = "by_hand"
		}
		for _, b := range buttons(m.Blocks) {
			if b.ActionID != door || o.asked[spell+b.Value] {
				continue
			}
			b.Channel, b.TS = sandbox.Channel, m.TS
			acked, err := w.press(ctx, b)
			if err != nil {
				return err
			}
			o.asked[spell+b.Value] = acked
			w.told = append(w.told, m.Text)
			if acked && !stuckAt(w.mayAsk) && (w.mayAsk != theMail || !stuckAt(theMailOfMore)) {
				w.t.Errorf("a person was asked about what can be looked at: %s", m.Text)
			}
		}
	}
	return nil
}

// press presses a button. A bot that is lost meanwhile did not take it.
func (w *world) press(ctx context.Context, b button) (acked bool, err error) {
	pressing, done := w.shared.untilLost(ctx)
	defer done()
	acked, err = w.people.press(pressing, b)
	w.undone = w.undone || !acked
	if err != nil && pressing.Err() != nil && ctx.Err() == nil {
		return false, nil
	}
	return acked, err
}

// untilOver has people act until no order waits any more.
func (w *world) untilOver(limit time.Duration) error {
	err := w.until(limit, func() (bool, error) {
		waiting, err := w.act()
		return waiting == 0, err
	})
	if !errors.Is(err, errOverdue) {
		return err
	}
	return fmt.Errorf("%w (%v): %s", err, limit, strings.Join(w.waiting(), "; "))
}

// waiting are the orders that are not over, in words.
func (w *world) waiting() (left []string) {
	for _, o := range w.orders {
		if !o.over() || o.Status == "stuck" {
			left = append(left, fmt.Sprintf("%s is %s: %s", o.company, cmp.Or(o.Status, "nowhere"), strings.Join(o.Thread, " | ")))
		}
	}
	return left
}

func (w *world) mailsTo(email string) (ids []string) {
	var outbox []struct {
		To        []string
		MessageID string `json:"message_id"`
	}
	if err := w.people.get(w.t.Context(), w.people.url+"/outbox.json", &outbox); err != nil {
		w.t.Fatal(err)
	}
	for _, m := range outbox {
		if slices.Contains(m.To, email) {
			ids = append(ids, m.MessageID)
		}
	}
	return ids
}
