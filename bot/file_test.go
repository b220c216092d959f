package bot_test

import (
	"strings"
	"testing"

	"mozybot/bot"
	"mozybot/provision"
)

// detailsOf opens a job's details as a person.
func (s *stage) detailsOf(person string, card message) view {
	s.t.Helper()
	s.press(person, card, "details")
	return s.modal(person)
}

// told waits until the topmost modal of a person says so.
func (s *stage) told(person, words string) {
	s.t.Helper()
	s.eventually("a modal to say "+words, func() bool { return strings.Contains(s.modal(person).says(), words) })
}

// jobFiles are the messages with a job's file.
func (s *stage) jobFiles() (all []message) {
	for _, m := range s.sees(amir) {
		if len(m.Files) > 0 && strings.HasSuffix(m.Files[0].Name, ".html") {
			all = append(all, m)
		}
	}
	return all
}

func (s *stage) wantFiles(n int) {
	s.t.Helper()
	if got := len(s.jobFiles()); got != n {
		s.t.Errorf("there are %d files of the job\n%s", got, s.transcript())
	}
}

func TestAJobsFileIsPostedOnceForTwoPresses(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	card := s.asked()
	details := s.detailsOf(rita, card)
	s.pressIn(rita, details, "job_file")
	s.pressIn(rita, details, "job_file")
	s.eventually("it is recorded", func() bool { return s.job("1").Messages["file.1"].Hash != "" })
	later := s.detailsOf(amir, card)
	s.pressIn(amir, later, "job_file")
	s.told(amir, "in its thread already")
	s.wantFiles(1)
	if m := s.jobFiles()[0]; m.Thread != s.job("1").Conversation.Thread || m.Files[0].Title != "The file of job 1" {
		t.Errorf("it is %+v", m)
	}
	s.press(amir, card, "approve")
	s.the("result")
	s.pressIn(amir, later, "job_file") // much has happened since
	s.eventually("the file of the job that is done", func() bool { return len(s.jobFiles()) == 2 })
}

// No state changes with the numbers, but the file tells them.
func TestAJobsFileIsPostedAgainWithNewNumbers(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	card := s.asked()
	details := s.detailsOf(amir, card)
	s.pressIn(amir, details, "job_file")
	s.eventually("it is recorded", func() bool { return s.job("1").Messages["file.1"].Hash != "" })
	read := s.job("1").Quoted.Reading.At
	s.press(amir, card, "requote")
	s.eventually("the console was read again", func() bool { return s.job("1").Quoted.Reading.At.After(read) })
	s.pressIn(amir, details, "job_file")
	s.eventually("the file with the new numbers", func() bool { return len(s.jobFiles()) == 2 })
}

func TestAJobsFileThatWasNotRecordedIsNotPostedAgain(t *testing.T) {
	s := newStage(t)
	s.watched() // or the second run would look for a minute whether the first is gone
	leave := s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	card := s.asked()
	s.pressIn(amir, s.detailsOf(amir, card), "job_file")
	s.eventually("it is recorded", func() bool { return s.job("1").Messages["file.1"].Hash != "" })
	leave()
	posted := s.jobFiles()[0]
	if _, err := s.store.Update(t.Context(), "1", func(j *provision.Job) error { delete(j.Messages, "file.1"); return nil }); err != nil {
		t.Fatal(err)
	}
	s.open()
	s.pressIn(rita, s.detailsOf(rita, card), "job_file")
	s.eventually("it is found", func() bool { return s.job("1").Messages["file.1"].TS == posted.TS })
	s.wantFiles(1)
}

func TestOnlyThoseWhoHandleOrdersPostAJobsFile(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Requesters = []string{ritaID} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.pressIn(otto, s.detailsOf(otto, s.asked()), "job_file")
	s.told(otto, "Only approvers and requesters")
	s.wantFiles(0)
}

// Somebody with the bot's token can put a real button of ours into a form of their own.
func TestAJobsFileIsNotPostedFromAFormOfOthers(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	details := s.detailsOf(amir, s.asked())
	s.eventually("the form to be recorded", func() bool {
		forms, err := s.store.Setting(t.Context(), "forms")
		return err == nil && strings.Contains(forms, details.ID)
	})
	s.note("forms", "[]") // as if it had not been mozybot who opened it
	s.pressIn(amir, details, "job_file")
	s.told(amir, "did not open this form")
	s.wantFiles(0)
}
