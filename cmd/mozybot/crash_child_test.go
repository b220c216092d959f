package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/rpc"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/runbook"
	"mozybot/state"
)

// The variables that make this test program a bot under fate.
const (
	fateAddr    = "FATE_ADDR"    // where fate listens
	fateConsole = "FATE_CONSOLE" // "double": the console is spoken to by way of fate, instead of a browser
	fateOrders  = "FATE_ORDERS"  // plainText: no order is a PDF
	fateClock   = "FATE_CLOCK"   // by how much the bot's clock is ahead of the machine's, like -40h
)

// plainText orders need no PDF engine: warming it at every start would cost more than the rest.
const plainText = "text"

// mortalServe is serve, with fate looking on. It is all that runs in the child.
func mortalServe() int {
	if err := serveUnderFate(untilAsked()); err != nil {
		fmt.Fprintln(os.Stderr, "mozybot under fate:", err)
		return exitFailed
	}
	return exitOK
}

func serveUnderFate(ctx context.Context) error {
	c, err := config.Load()
	if err != nil {
		return err
	}
	client, err := rpc.Dial("tcp", os.Getenv(fateAddr))
	if err != nil {
		return err
	}
	clock := &jumpingClock{}
	go signOfLife(ctx, client, clock)
	open := openConsole(chromium)
	if os.Getenv(fateConsole) != "" {
		open = func(config.Config, func(string, error), logrus.FieldLogger) (backend, error) {
			mayAct := func() error { return nil }
			far := inMemory(farConsole{client, &mayAct})
			far.guard = func(ask func() error) { mayAct = ask }
			return far, nil
		}
	}
	if clock.start, err = shift(os.Getenv(fateClock)); err != nil {
		return err
	}
	log := c.Logger(os.Stderr)
	return serveTerms(ctx, c, log, func(ctx context.Context, store state.Store) error {
		a, err := newAppAt(c, underFate(store, client, clock), open, clock.now, log)
		if err != nil {
			return err
		}
		if os.Getenv(fateOrders) == plainText {
			a.orders.CacheDir = ""
		}
		return errors.Join(a.Run(ctx), a.Close())
	})
}

// underFate is the store with fate looking on, shared if it is.
func underFate(store state.Store, client *rpc.Client, clock *jumpingClock) state.Store {
	watched := watchedStore{store, client, clock}
	if s, ok := store.(shared); ok {
		return struct {
			watchedStore
			shared
		}{watched, s}
	}
	return watched
}

// jumpingClock is the time of day as fate has it: the machine's, set at the start, and set again while the bot runs. What measures
// spans does not use it.
type jumpingClock struct {
	start time.Duration
	jump  atomic.Int64 // nanoseconds
}

func (c *jumpingClock) now() time.Time {
	return time.Now().Round(0).Add(c.start + time.Duration(c.jump.Load()))
}

func shift(ahead string) (time.Duration, error) {
	if ahead == "" {
		return 0, nil
	}
	return time.ParseDuration(ahead)
}

// signOfLife shows fate that this process is given the processor.
func signOfLife(ctx context.Context, client *rpc.Client, clock *jumpingClock) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		var jump time.Duration
		if err := client.Call("Fate.Breathe", struct{}{}, &jump); err != nil {
			return
		}
		clock.jump.Store(int64(jump))
	}
}

// watchedStore tells fate of every write that something rests on, before it is committed and after.
type watchedStore struct {
	state.Store
	fate  *rpc.Client
	clock *jumpingClock
}

// pass waits for fate's leave, which a killed process never gets.
func (s watchedStore) pass(name string) error {
	var jump time.Duration
	if err := s.fate.Call("Fate.Pass", name, &jump); err != nil {
		return err
	}
	s.clock.jump.Store(int64(jump))
	return nil
}

// around has do written between two moments.
func (s watchedStore) around(name string, do func() error) error {
	if err := s.pass("before " + name); err != nil {
		return err
	}
	if err := do(); err != nil {
		return s.failed(name, err)
	}
	return s.pass("after " + name)
}

// failed tells fate of a write that did not succeed.
func (s watchedStore) failed(name string, err error) error {
	if unheard := s.fate.Call("Fate.Failed", name, new(bool)); unheard != nil {
		return errors.Join(err, unheard)
	}
	return err
}

func (s watchedStore) Create(ctx context.Context, job provision.Job) (saved provision.Job, err error) {
	err = s.around("create job", func() (err error) {
		saved, err = s.Store.Create(ctx, job)
		return err
	})
	return saved, err
}

func (s watchedStore) Receive(ctx context.Context, e state.Event) (fresh bool, err error) {
	name := "receive " + e.Kind
	if strings.HasPrefix(e.Key, "file:") {
		name = "receive file"
	}
	err = s.around(name, func() (err error) {
		fresh, err = s.Store.Receive(ctx, e)
		return err
	})
	return fresh, err
}

func (s watchedStore) Handled(ctx context.Context, key string) error {
	return s.around("handled", func() error { return s.Store.Handled(ctx, key) })
}

func (s watchedStore) SetSetting(ctx context.Context, name, value string) error {
	return s.around("setting "+name, func() error { return s.Store.SetSetting(ctx, name, value) })
}

func (s watchedStore) UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (access provision.ConsoleAccess, err error) {
	err = s.around("gate", func() (err error) {
		access, err = s.Store.UpdateConsoleAccess(ctx, change)
		return err
	})
	return access, err
}

// Update passes the first moment within the transaction, when it is known what will be written.
func (s watchedStore) Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	name := ""
	job, err := s.Store.Update(ctx, id, func(j *provision.Job) error {
		was := *j
		was.Messages = maps.Clone(j.Messages)
		if change != nil {
			if err := change(j); err != nil {
				return err
			}
		}
		name = updateName(was, *j, entries)
		return s.pass("before " + name)
	}, entries...)
	switch {
	case err == nil:
		err = s.pass("after " + name)
	case name != "": // it was to be written
		err = s.failed(name, err)
	}
	return job, err
}

// updateName says what a change of a job is about.
func updateName(was, is provision.Job, entries []provision.Entry) string {
	if len(entries) > 0 {
		return fmt.Sprintf("journal %s %s", entries[0].Step, entries[0].Kind)
	}
	for key, m := range is.Messages {
		if before, known := was.Messages[key]; !known {
			return "remember " + key
		} else if before != m {
			return "remember again " + key
		}
	}
	switch {
	case was.State() != is.State():
		return fmt.Sprintf("job %s to %s", was.State(), is.State())
	case was.Quoted == nil && is.Quoted != nil:
		return "quote"
	}
	return "job"
}

// farConsole is the console's double in fate's process.
type farConsole struct {
	fate   *rpc.Client
	mayAct *func() error // asked before each write, as the console asks before each press
}

var _ runbook.Console = farConsole{}

var doubleWrites = []string{console.WriteChangePlan, console.WriteAddGroup, console.WriteEditGroup, console.WriteAddAdmin, raiseGroup}

// ConsoleCall is exported for net/rpc. It is a call of the console, with whichever arguments it takes.
type ConsoleCall struct {
	Method, Text string
	Look         provision.Look
	Plan         provision.PlanChange
	Group        provision.Group
	Admin        provision.Admin
	Raise        provision.GroupChange
	FromGB, ToGB int
}

// ConsoleAnswer is what came of it.
type ConsoleAnswer struct {
	Reading provision.Reading
	Money   provision.Money
	Text    string

	Failed  bool
	Code    provision.Code // "" of an error without one
	Message string
	Over    *provision.OverchargeError
}

func (a ConsoleAnswer) err() error {
	switch {
	case !a.Failed:
		return nil
	case a.Over != nil:
		return a.Over
	case a.Code == "":
		return errors.New(a.Message)
	}
	return &provision.Error{Code: a.Code, Message: a.Message}
}

func (a *ConsoleAnswer) fail(err error) {
	if err == nil {
		return
	}
	coded := new(provision.Error)
	a.Failed, a.Message = true, err.Error()
	if errors.As(err, &coded) {
		a.Code, a.Message = coded.Code, coded.Message
	}
	errors.As(err, &a.Over)
}

func (c farConsole) ask(ctx context.Context, call ConsoleCall) (ConsoleAnswer, error) {
	var answer ConsoleAnswer
	if slices.Contains(doubleWrites, call.Method) {
		if err := (*c.mayAct)(); err != nil {
			return answer, err
		}
	}
	asked := c.fate.Go("Fate.Console", call, &answer, nil)
	select {
	case <-asked.Done:
		if asked.Error != nil {
			return answer, asked.Error
		}
		return answer, answer.err()
	case <-ctx.Done():
		return ConsoleAnswer{}, ctx.Err()
	}
}

func (c farConsole) Login(ctx context.Context, _ provision.JobStep) error {
	_, err := c.ask(ctx, ConsoleCall{Method: "login"})
	return err
}

func (c farConsole) Check(ctx context.Context, _ provision.JobStep, role string) error {
	_, err := c.ask(ctx, ConsoleCall{Method: "check", Text: role})
	return err
}

func (c farConsole) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	a, err := c.ask(ctx, ConsoleCall{Method: "read", Look: look})
	return a.Reading, err
}

// ChangePlan asks twice, since confirming is this process's: for the confirmation, and to press Continue.
func (c farConsole) ChangePlan(ctx context.Context, _ provision.JobStep, change provision.PlanChange, confirming func() error) (provision.Money, []string, error) {
	if _, err := c.ask(ctx, ConsoleCall{Method: confirmation, Plan: change}); err != nil {
		return provision.Money{}, nil, err
	}
	if err := confirming(); err != nil {
		return provision.Money{}, nil, err
	}
	a, err := c.ask(ctx, ConsoleCall{Method: console.WriteChangePlan, Plan: change})
	return a.Money, nil, err
}

func (c farConsole) AddGroup(ctx context.Context, _ provision.JobStep, g provision.Group) ([]string, error) {
	_, err := c.ask(ctx, ConsoleCall{Method: console.WriteAddGroup, Group: g})
	return nil, err
}

func (c farConsole) AssignDefault(ctx context.Context, _ provision.JobStep, fromGB, toGB int) ([]string, error) {
	_, err := c.ask(ctx, ConsoleCall{Method: console.WriteEditGroup, FromGB: fromGB, ToGB: toGB})
	return nil, err
}

func (c farConsole) RaiseGroup(ctx context.Context, _ provision.JobStep, change provision.GroupChange) ([]string, error) {
	_, err := c.ask(ctx, ConsoleCall{Method: raiseGroup, Raise: change})
	return nil, err
}

func (c farConsole) AddAdmin(ctx context.Context, _ provision.JobStep, admin provision.Admin) ([]string, error) {
	_, err := c.ask(ctx, ConsoleCall{Method: console.WriteAddAdmin, Admin: admin})
	return nil, err
}

func (c farConsole) AccountID(ctx context.Context, _ provision.JobStep, group string) (string, error) {
	a, err := c.ask(ctx, ConsoleCall{Method: "account id", Text: group})
	return a.Text, err
}

// watch is what fate offers its bot over net/rpc.
type watch struct {
	fate   *fate
	double *console.Double // the bot's own log-in
}

// raiseGroup is the call that raises an existing customer's group.
const raiseGroup = "raise_group"

// answerTo begins what is held of a call once it had its effect.
const answerTo = "answer to "

// confirmation is the call that ends with the plan's confirmation on the screen.
const confirmation = "plan confirmation"

var errNotYet = errors.New("the button Continue is not pressed yet")

var errDead = errors.New("this bot is dead")

// Pass waits for leave to go on.
func (w *watch) Pass(name string, jump *time.Duration) error {
	if !w.fate.pass(name) {
		return errDead
	}
	*jump = w.fate.clock()
	return nil
}

// Breathe is called by the bot all the time.
func (w *watch) Breathe(_ struct{}, jump *time.Duration) error {
	w.fate.signOfLife()
	*jump = w.fate.clock()
	return nil
}

// Failed says that a write of the bot's has failed.
func (w *watch) Failed(string, *bool) error {
	w.fate.fail()
	return nil
}

// Console carries a call out at the double, with a moment before it and one between its effect and its answer.
func (w *watch) Console(call ConsoleCall, a *ConsoleAnswer) error {
	ctx, nobody := context.Background(), provision.JobStep{}
	defer w.fate.asks()()
	name := "console " + call.Method
	w.fate.hold(name)
	if !w.fate.pass("before " + name) {
		return errDead
	}
	var err error
	switch call.Method {
	case "login":
		err = w.double.Login(ctx, nobody)
	case "check":
		err = w.double.Check(ctx, nobody, call.Text)
	case "read":
		a.Reading, err = w.double.Read(ctx, call.Look)
	case console.WriteChangePlan:
		a.Money, _, err = w.double.ChangePlan(ctx, nobody, call.Plan, func() error { return nil })
	case confirmation:
		_, _, err = w.double.ChangePlan(ctx, nobody, call.Plan, func() error { return errNotYet })
		if errors.Is(err, errNotYet) {
			err = nil
		}
	case console.WriteAddGroup:
		_, err = w.double.AddGroup(ctx, nobody, call.Group)
	case console.WriteEditGroup:
		_, err = w.double.AssignDefault(ctx, nobody, call.FromGB, call.ToGB)
	case raiseGroup:
		_, err = w.double.RaiseGroup(ctx, nobody, call.Raise)
	case console.WriteAddAdmin:
		_, err = w.double.AddAdmin(ctx, nobody, call.Admin)
	case "account id":
		a.Text, err = w.double.AccountID(ctx, nobody, call.Text)
	}
	a.fail(err)
	w.fate.hold(answerTo + name)
	if !w.fate.pass("after " + name) {
		return errDead
	}
	return nil
}
