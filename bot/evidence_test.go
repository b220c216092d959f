package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"mozybot/bot"
	"mozybot/provision"
)

// camera has the runner's steps leave pictures, the first ones at a step's first try and so on, and puts them where the
// bot looks.
func camera(o *office, pictures map[provision.StepName][][]string, become func(step provision.StepName) provision.EntryKind) {
	album := fstest.MapFS{}
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){}
	for step, tries := range pictures {
		for _, name := range slices.Concat(tries...) {
			album[name] = &fstest.MapFile{Data: []byte("\xff\xd8\xff" + name)}
		}
		o.runner.at[step] = func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			entry := provision.Entry{Step: step, Kind: provision.Intended, Evidence: append(slices.Clone(tries[0]), string(id)+"/words.txt")}
			tries = tries[1:]
			if _, err := o.store.Update(ctx, id, nil, entry); err != nil {
				o.t.Error(err)
			}
			return become(step), "Done."
		}
	}
	o.config = func(c *bot.Config) { c.Evidence = album }
}

// albums are the messages with pictures.
func (o *office) albums() (all []message) {
	for _, m := range o.sees(amir) {
		if len(m.Files) > 0 && strings.Contains(m.Text, "what the console showed") {
			all = append(all, m)
		}
	}
	return all
}

func names(m message) (all []string) {
	for _, f := range m.Files {
		all = append(all, f.Name)
	}
	return all
}

var bought = []string{"1/20261123T101112.000-plan-before.jpg", "1/20261123T101113.000-plan-after.jpg"}

func done(provision.StepName) provision.EntryKind { return provision.Achieved }

func TestTheThreadShowsWhatTheConsoleShowed(t *testing.T) {
	o := newOffice(t)
	camera(o, map[provision.StepName][][]string{
		provision.StepBuy: {bought}, provision.StepGroup: {{"1/20261123T101114.000-group-before.jpg"}},
	}, done)
	shut := o.open()
	dropped := o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	o.the("result")
	o.eventually("the pictures are in the thread", func() bool { return len(o.albums()) == 1 })
	album := o.albums()[0]
	want := []string{"job-1-20261123T101112.000-plan-before.jpg", "job-1-20261123T101113.000-plan-after.jpg", "job-1-20261123T101114.000-group-before.jpg"}
	if got := names(album); !slices.Equal(got, want) || album.Thread != dropped {
		t.Errorf("in thread %s: %q, want %q", album.Thread, got, want)
	}
	if title := album.Files[1].Title; title != "Buy 2 add-ons: after the click" {
		t.Errorf("the second picture's title is %q", title)
	}

	// What was shown but not remembered is found in the thread, not shown again; and it is not taken for an order.
	o.eventually("it is remembered", func() bool { return o.job("1").Messages["pictures.1"].Hash == "3" })
	shut()
	if _, err := o.store.Update(t.Context(), "1", func(j *provision.Job) error {
		delete(j.Messages, "pictures.1")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	o.open()
	o.eventually("it is remembered again", func() bool { return o.job("1").Messages["pictures.1"].TS == album.TS })
	if got := o.albums(); len(got) != 1 {
		t.Errorf("there are %d messages with pictures", len(got))
	}
	if jobs := o.jobs(); len(jobs) != 1 {
		t.Errorf("there are %d jobs", len(jobs))
	}
}

func TestAStuckJobShowsItsPicturesAtOnceAndTheRestLater(t *testing.T) {
	o := newOffice(t)
	tries := 0
	camera(o, map[provision.StepName][][]string{
		provision.StepBuy: {bought}, provision.StepGroup: {{"1/20261123T101114.000-group-surprise.jpg"}, {"1/20261123T111114.000-group-after.jpg"}},
	},
		func(step provision.StepName) provision.EntryKind {
			if step == provision.StepGroup && tries == 0 {
				tries++
				return provision.Failed
			}
			return provision.Achieved
		})
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	stuck := o.the("stuck.1")
	o.eventually("the pictures are in the thread", func() bool { return len(o.albums()) == 1 })
	if got := len(o.albums()[0].Files); got != 3 {
		t.Errorf("%d pictures are shown", got)
	}
	o.press(amir, stuck, "retry")
	o.the("result")
	o.eventually("the rest is in the thread", func() bool { return len(o.albums()) == 2 })
	if got := names(o.albums()[1]); !slices.Equal(got, []string{"job-1-20261123T111114.000-group-after.jpg"}) {
		t.Errorf("shown later are %q", got)
	}
}

func TestPicturesThatCannotBeShownHoldNothingUp(t *testing.T) {
	for name, spoil := range map[string]func(o *office){
		"a scope that is missing":     func(o *office) { o.fault("missing_scope", "files:write") },
		"pictures that are forgotten": func(o *office) { o.config = func(c *bot.Config) { c.Evidence = fstest.MapFS{} } },
		"no folder for them":          func(o *office) { o.config = nil },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			camera(o, map[provision.StepName][][]string{provision.StepBuy: {bought, bought}}, done)
			spoil(o)
			o.open()
			o.drop(rita, "order.txt", "Example Inc.: 30 GB")
			o.press(amir, o.asked(), "approve")
			o.the("result")
			o.drop(rita, "next.txt", "Next Inc.: 30 GB")
			o.until(amir, "the next order's summary", func(m message) bool { return m.is() == "summary" && m.job() == "2" })
			if got := o.albums(); len(got) != 0 {
				t.Errorf("shown are %v", got)
			}
		})
	}
}
