package bot_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

// screenshot is a picture of that size.
func screenshot(width, height int) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		panic(err) // a buffer takes all
	}
	return out.Bytes()
}

// camera makes the runner's steps leave pictures, one set for each try, where the bot looks for them.
func camera(s *stage, pictures map[provision.StepName][][]string, become func(step provision.StepName) provision.EntryKind) {
	album := fstest.MapFS{}
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){}
	for step, tries := range pictures {
		for _, name := range slices.Concat(tries...) {
			album[name] = &fstest.MapFile{Data: screenshot(1048, 280)}
		}
		s.runner.at[step] = func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			entry := provision.Entry{Step: step, Kind: provision.Intended, Evidence: append(slices.Clone(tries[0]), string(id)+"/words.txt")}
			tries = tries[1:]
			if _, err := s.store.Update(ctx, id, nil, entry); err != nil {
				s.t.Error(err)
			}
			return become(step), "Done."
		}
	}
	s.config = func(c *bot.Config) { c.Evidence = album }
}

// albums are the messages with pictures.
func (s *stage) albums() (all []message) {
	for _, m := range s.sees(amir) {
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

func TestADoneJobShowsItsChangesOnOneSheet(t *testing.T) {
	s := newStage(t)
	camera(s, map[provision.StepName][][]string{
		provision.StepBuy: {bought}, provision.StepGroup: {{"1/20261123T101114.000-group-before.jpg"}},
	}, done)
	shut := s.open()
	dropped := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	s.the("result")
	s.eventually("the sheet is in the thread", func() bool { return len(s.albums()) == 1 })
	album := s.albums()[0]
	if got := names(album); !slices.Equal(got, []string{"job-1-changes-3.jpg"}) || album.Thread != dropped {
		t.Errorf("in thread %s: %q", album.Thread, got)
	}
	if title := album.Files[0].Title; title != "Job 1: the console before and after 2 changes" {
		t.Errorf("the sheet's title is %q", title)
	}

	// A sheet that was shown but not recorded is found in the thread and not shown again; and it is not read as an order.
	s.eventually("it is remembered", func() bool { return s.job("1").Messages["pictures.1"].Hash == "3" })
	shut()
	if _, err := s.store.Update(t.Context(), "1", func(j *provision.Job) error {
		delete(j.Messages, "pictures.1")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.open()
	s.eventually("it is remembered again", func() bool { return s.job("1").Messages["pictures.1"].TS == album.TS })
	if got := s.albums(); len(got) != 1 {
		t.Errorf("there are %d messages with pictures", len(got))
	}
	if jobs := s.jobs(); len(jobs) != 1 {
		t.Errorf("there are %d jobs", len(jobs))
	}
}

func TestEveryPictureIsShownOnceToWhoeverAsks(t *testing.T) {
	s := newStage(t)
	camera(s, map[provision.StepName][][]string{provision.StepBuy: {bought}}, done)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	s.the("result")
	s.eventually("the sheet is in the thread", func() bool { return s.job("1").Messages["pictures.1"].Hash == "2" })
	card := s.the("card", "Done, all 10 steps")
	s.press(otto, card, "show_pictures")
	s.eventually("the pictures are in the thread", func() bool { return s.job("1").Messages["every_picture.1"].Hash == "2" })
	want := []string{"job-1-20261123T101112.000-plan-before.jpg", "job-1-20261123T101113.000-plan-after.jpg"}
	album := s.albums()[1]
	if got := names(album); !slices.Equal(got, want) || album.Files[1].Title != "Buy 2 add-ons: after the click" {
		t.Errorf("shown are %+v", album.Files)
	}
	s.press(rita, card, "show_pictures")
	s.ephemeral(rita, "The pictures of job 1 are in its thread already.")
	if got := s.albums(); len(got) != 2 {
		t.Errorf("there are %d messages with pictures", len(got))
	}
}

func TestAStuckJobShowsThePageAndItsChanges(t *testing.T) {
	s := newStage(t)
	tries := 0
	camera(s, map[provision.StepName][][]string{
		provision.StepBuy: {bought}, provision.StepGroup: {{"1/20261123T101114.000-group-surprise.jpg"}, {"1/20261123T111114.000-group-after.jpg"}},
	},
		func(step provision.StepName) provision.EntryKind {
			if step == provision.StepGroup && tries == 0 {
				tries++
				return provision.Failed
			}
			return provision.Achieved
		})
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	stuck := s.the("stuck.1")
	s.eventually("the pictures are in the thread", func() bool { return len(s.albums()) == 1 })
	if got := names(s.albums()[0]); !slices.Equal(got, []string{"job-1-stopped-20261123T101114.000-group-surprise.jpg", "job-1-changes-3.jpg"}) {
		t.Errorf("shown are %q", got)
	}
	s.press(amir, stuck, "retry")
	s.the("result")
	s.eventually("the sheet is in the thread", func() bool { return len(s.albums()) == 2 })
	if got := names(s.albums()[1]); !slices.Equal(got, []string{"job-1-changes-4.jpg"}) {
		t.Errorf("shown later are %q", got)
	}
}

func TestPicturesThatCannotBeShownDelayNothing(t *testing.T) {
	for name, spoil := range map[string]func(s *stage){
		"a scope that is missing":     func(s *stage) { s.fault("missing_scope", "files:write") },
		"pictures that are forgotten": func(s *stage) { s.config = func(c *bot.Config) { c.Evidence = fstest.MapFS{} } },
		"no folder for them":          func(s *stage) { s.config = nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			camera(s, map[provision.StepName][][]string{provision.StepBuy: {bought, bought}}, done)
			spoil(s)
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.press(amir, s.asked(), "approve")
			s.the("result")
			s.drop(rita, "next.txt", "Next Inc.: 30 GB")
			s.until(amir, "the next order's summary", func(m message) bool { return m.is() == "summary" && m.job() == "2" })
			if got := s.albums(); len(got) != 0 {
				t.Errorf("shown are %v", got)
			}
		})
	}
}

// A channel takes few messages at a time, of which pictures leave some to the next orders.
func TestASheetTakesNoPostThatAnOrderNeeds(t *testing.T) {
	s := newStage(t)
	camera(s, map[provision.StepName][][]string{provision.StepBuy: {bought, bought}}, done)
	album, began := s.config, time.Now()
	s.config = func(c *bot.Config) {
		album(c)
		c.Steady = func() time.Time { return began } // there are five posts, and never another
	}
	s.open()
	card := func(job string) message {
		return s.until(amir, "the card of job "+job, func(m message) bool {
			_, ok := m.button("approve")
			return ok && m.job() == job
		})
	}
	for n, name := range []string{"Example Inc.", "Next Inc.", "Last Inc."} {
		s.drop(rita, "order.txt", name+": 30 GB")
		card(strconv.Itoa(n + 1))
	}
	for _, job := range []string{"1", "2"} {
		s.press(amir, card(job), "approve")
		s.until(amir, "the result of job "+job, func(m message) bool { return m.isOf("result") && m.job() == job })
	}
	if got := s.albums(); len(got) != 0 {
		t.Errorf("shown are %v", got)
	}
}
