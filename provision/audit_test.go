package provision_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// ledger is what a store keeps of one job: the job, its journal, and the audit that grows with both.
type ledger struct {
	t       *testing.T
	job     provision.Job
	journal []provision.Entry
	head    provision.Head
	lines   [][]byte
	now     time.Time
}

func (l *ledger) do(change func(*provision.Job) error, entries ...provision.Entry) {
	l.t.Helper()
	l.now = l.now.Add(time.Minute)
	before := l.job
	if change != nil {
		if err := change(&l.job); err != nil {
			l.t.Fatal(err)
		}
	}
	for i := range entries {
		entries[i].Seq, entries[i].At = len(l.journal)+1, l.now
		l.journal = append(l.journal, entries[i])
	}
	l.tell(provision.FactsOf(before, l.job, entries)...)
}

func (l *ledger) tell(facts ...provision.Fact) {
	l.t.Helper()
	for _, f := range facts {
		line, head, err := provision.Seal(l.head, f, fmt.Sprintf("nonce %d", l.head.Seq))
		if err != nil {
			l.t.Fatal(err)
		}
		l.lines, l.head = append(l.lines, line), head
	}
}

// aWholeJob bought, got stuck, was resumed, and is done.
func aWholeJob(t *testing.T) *ledger {
	l := &ledger{t: t, now: monday}
	l.do(func(j *provision.Job) error { *j = pendingJob(t); return nil })
	l.do(func(j *provision.Job) error { return policy.By(aaron, l.now).Approve(j, j.Quoted.Digest) })
	l.do(func(j *provision.Job) error { return j.Start(l.now) })
	r := reading()
	l.do(nil, provision.Entry{Step: provision.StepBuy, Kind: provision.Intended, Saw: &r, Want: &provision.Want{Plan: &provision.PlanChange{From: 866, To: 868}}})
	l.do(nil, provision.Entry{Step: provision.StepBuy, Kind: provision.Achieved, Text: "868 add-ons, for $11.20."})
	l.do(nil, provision.Entry{Step: provision.StepGroup, Kind: provision.Intended, Want: &provision.Want{Group: &provision.Group{Name: "Example Inc.", AssignedGB: 30}}})
	l.do(func(j *provision.Job) error {
		return j.MarkStuck(provision.Trouble{Step: provision.StepGroup, Code: provision.Changed, Message: "The box is not there.", At: l.now})
	}, provision.Entry{Step: provision.StepGroup, Kind: provision.Failed, Text: "The box is not there."})
	l.do(func(j *provision.Job) error { return policy.By(aaron, l.now).Resume(j, "done by hand") },
		provision.Entry{Step: provision.StepGroup, Kind: provision.ByHand, By: aaron})
	l.do(func(j *provision.Job) error { return j.Start(l.now) })
	l.do(func(j *provision.Job) error { j.AccountID = "204417"; return nil },
		provision.Entry{Step: provision.StepAccountID, Kind: provision.Achieved, Text: "204417"})
	l.do(func(j *provision.Job) error { return j.Finish(l.now) })
	return l
}

// erase is what a store does when the retention of the customer's data ends.
func (l *ledger) erase() {
	l.t.Helper()
	for i, line := range l.lines {
		var err error
		if l.lines[i], err = provision.WithoutWords(line); err != nil {
			l.t.Fatal(err)
		}
	}
	for i, e := range l.journal {
		l.journal[i] = e.Erased()
	}
	l.do(func(j *provision.Job) error { return j.Erase(l.now) })
}

// verify returns everything wrong with lines, nil when nothing is.
func verify(lines [][]byte, noted provision.Head) error {
	var c provision.Chain
	c.Noted(noted)
	for _, line := range lines {
		if _, err := c.Add(line); err != nil {
			return err
		}
	}
	return c.End()
}

func facts(t *testing.T, lines [][]byte) []provision.Fact {
	t.Helper()
	var all []provision.Fact
	for _, line := range lines {
		f, err := provision.Unseal(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

func TestTheAuditRecordsAWholeJob(t *testing.T) {
	l := aWholeJob(t)
	var told []string
	for _, f := range facts(t, l.lines) {
		told = append(told, strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s %s", f.Record.By, f.Record.What, f.Record.Step, f.Record.From, f.Record.To, f.Words.Text)))
	}
	want := []string{
		"U0REQUESTER state  pending read",
		"U0APPROVER approval",
		"U0APPROVER state pending approved approved",
		"mozybot state approved running its turn at the console",
		"mozybot intentbuy",
		"mozybot resultbuy   868 add-ons, for $11.20.",
		"mozybot intentgroup",
		"mozybot failedgroup   The box is not there.",
		"mozybot state running stuck The box is not there.",
		"U0APPROVER by_handgroup",
		"U0APPROVER state stuck approved done by hand",
		"mozybot state approved running its turn at the console",
		"mozybot resultaccount_id   204417",
		"mozybot state running done all steps done",
	}
	if !slices.Equal(told, want) {
		t.Errorf("it tells\n%s\nnot\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	approval := facts(t, l.lines)[1].Record
	if approval.Digest != l.job.Quoted.Digest || approval.Policy == nil || len(approval.Policy.Approvers) != 2 {
		t.Errorf("of the approval it tells %+v", approval)
	}
	if err := verify(l.lines, l.head); err != nil {
		t.Error(err)
	}
	if err := provision.CheckFacts(l.job, l.journal, facts(t, l.lines)); err != nil {
		t.Error(err)
	}
}

func TestEveryChangedByteOfTheAuditIsDetected(t *testing.T) {
	l := aWholeJob(t)
	var before provision.Chain
	for i, line := range l.lines {
		for at := range line {
			for _, flip := range []byte{0x01, 0x20, 0x80} {
				forged, chain := bytes.Clone(line), before
				forged[at] ^= flip
				_, err := chain.Add(forged)
				if err == nil {
					t.Fatalf("record %d, byte %d: %q for %q was not found:\n%s", i+1, at, forged[at], line[at], forged)
				}
				if !strings.Contains(err.Error(), fmt.Sprintf("ecord %d", i+1)) {
					t.Fatalf("record %d, byte %d: the error names another record: %v", i+1, at, err)
				}
			}
		}
		if _, err := before.Add(line); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTamperingWithTheAuditIsDetected(t *testing.T) {
	l := aWholeJob(t)
	sealed := func(head provision.Head, f provision.Fact) []byte {
		line, _, err := provision.Seal(head, f, "nonce")
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	headAt := func(i int) provision.Head {
		h, err := provision.HeadOf(l.lines[i-1])
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	wordsOf := func(line []byte) []byte { return line[bytes.Index(line, []byte(`,"words":{`)):] }
	bare := func(line []byte) []byte {
		without, err := provision.WithoutWords(line)
		if err != nil {
			t.Fatal(err)
		}
		return without
	}
	// rebuild remakes the chain from record i on, as only somebody with the file and the program could.
	rebuild := func(lines [][]byte, i int, change func(*provision.Fact)) [][]byte {
		forger := &ledger{t: t, lines: slices.Clone(lines[:i-1]), head: headAt(i - 1)}
		for n, f := range facts(t, lines[i-1:]) {
			if n == 0 {
				change(&f)
			}
			forger.tell(f)
		}
		return forger.lines
	}
	for _, c := range []struct {
		name  string
		lines [][]byte
		says  string
		noted bool // only a noted head reveals it
	}{
		{"the first removed", l.lines[1:], "Where record 1 should be, there is one with the number 2", false},
		{"one removed", slices.Delete(slices.Clone(l.lines), 4, 5), "Where record 5 should be", false},
		{"two swapped", slices.Concat(l.lines[:4], l.lines[5:6], l.lines[4:5], l.lines[6:]), "Where record 5 should be", false},
		{"one twice", slices.Insert(slices.Clone(l.lines), 5, l.lines[4]), "Where record 6 should be", false},
		{"one put in", slices.Insert(slices.Clone(l.lines), 4, sealed(headAt(4), facts(t, l.lines)[1])), "Where record 6 should be, there is one with the number 5", false},
		{"one changed and hashed again", slices.Replace(slices.Clone(l.lines), 4, 5, sealed(headAt(4), facts(t, l.lines)[1])), "Record 6 does not follow", false},
		{"the words of two swapped", slices.Replace(slices.Clone(l.lines), 4, 6,
			slices.Concat(bare(l.lines[4])[:len(bare(l.lines[4]))-1], wordsOf(l.lines[5])),
			slices.Concat(bare(l.lines[5])[:len(bare(l.lines[5]))-1], wordsOf(l.lines[4]))), "words beside record 5 were changed", false},
		{"words removed before their time", slices.Replace(slices.Clone(l.lines), 5, 6, bare(l.lines[5])), "words beside record 6 are gone", false},
		{"a second record in a line", slices.Replace(slices.Clone(l.lines), 5, 6,
			[]byte(strings.Replace(string(l.lines[5]), `{"record":`, `{"record":{"seq":6,"by":"somebody else"},"record":`, 1))), "Record 6 is not written as", false},
		{"a line that is none", slices.Replace(slices.Clone(l.lines), 5, 6, []byte("")), "Record 6 cannot be read", false},
		{"the end cut off", l.lines[:9], fmt.Sprintf("ends with record 9, but record %d was noted", l.head.Seq), true},
		{"everything cut off", nil, "ends with record 0", true},
		{"the chain rebuilt from the middle", rebuild(l.lines, 8, func(f *provision.Fact) { f.Record.By = otto }),
			fmt.Sprintf("Record %d is not the one that was noted", l.head.Seq), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			noted := provision.Head{}
			if c.noted {
				if err := verify(c.lines, noted); err != nil {
					t.Errorf("without a noted head it is found, too: %v", err)
				}
				noted = l.head
			}
			err := verify(c.lines, noted)
			if provision.CodeOf(err) != provision.Changed || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			// Compared with the job itself, no fact may be missing or different.
			var told []provision.Fact
			for _, line := range c.lines {
				if f, err := provision.Unseal(line); err == nil {
					told = append(told, f)
				}
			}
			if c.noted && provision.CheckFacts(l.job, l.journal, told) == nil {
				t.Error("it agrees with the job")
			}
		})
	}
}

func TestAJobChangedWithoutTheAuditIsDetected(t *testing.T) {
	for name, change := range map[string]func(l *ledger){
		"another person":     func(l *ledger) { l.job.Status.History()[1].By = otto },
		"another reason":     func(l *ledger) { l.job.Status.History()[4].Why = "nothing" },
		"another account":    func(l *ledger) { l.job.AccountID = "1" },
		"another document":   func(l *ledger) { l.job.Document.SHA256 = "cd" },
		"an approval":        func(l *ledger) { l.job.Approvals[0].By = otto },
		"a figure":           func(l *ledger) { l.journal[0].Want.Plan.To = 900 },
		"a sentence":         func(l *ledger) { l.journal[1].Text = "Nothing." },
		"an entry less":      func(l *ledger) { l.journal = l.journal[:3] },
		"an entry more":      func(l *ledger) { l.journal = append(l.journal, provision.Entry{Seq: 7, Kind: provision.Achieved}) },
		"a group's name":     func(l *ledger) { l.journal[2].Want.Group.Name = "Another Inc." },
		"data removed alone": func(l *ledger) { l.job.Erased = monday },
	} {
		t.Run(name, func(t *testing.T) {
			l := aWholeJob(t)
			change(l)
			wantCode(t, provision.CheckFacts(l.job, l.journal, facts(t, l.lines)), provision.Changed)
		})
	}
}

func TestErasingACustomerKeepsTheChainIntact(t *testing.T) {
	l := aWholeJob(t)
	before := l.head
	l.erase()
	if err := verify(l.lines, before); err != nil {
		t.Error(err)
	}
	if err := provision.CheckFacts(l.job, l.journal, facts(t, l.lines)); err != nil {
		t.Error(err)
	}
	left := string(bytes.Join(l.lines, nil)) + fmt.Sprintf("%+v %+v", l.job, l.journal)
	for _, words := range []string{"Example Inc.", "Mister Guy", "mguy@example.com", "order.pdf", "The box is not there."} {
		if strings.Contains(left, words) {
			t.Errorf("%q is still there", words)
		}
	}
	if l.job.AccountID == "" || l.job.Document.SHA256 == "" || l.job.Quoted.Digest == "" || !strings.Contains(left, "868") {
		t.Errorf("what accounting needs is gone: %+v", l.job)
	}
	wantCode(t, policy.By(aaron, monday).Reopen(&l.job), provision.Stale)
	t.Run("words put back are found when they are others", func(t *testing.T) {
		f := facts(t, aWholeJob(t).lines)[0]
		f.Words.Text = "something else"
		other, _, err := provision.Seal(provision.Head{}, f, "nonce 0")
		if err != nil {
			t.Fatal(err)
		}
		mixed := slices.Clone(l.lines)
		mixed[0] = slices.Concat(l.lines[0][:len(l.lines[0])-1], other[bytes.Index(other, []byte(`,"words":{`)):])
		wantCode(t, verify(mixed, provision.Head{}), provision.Changed)
	})
}

func TestAnOpenJobIsNeverErased(t *testing.T) {
	j := pendingJob(t)
	wantCode(t, j.Erase(monday), provision.Stale)
	if j.Order.Company == "" {
		t.Error("its order is gone")
	}
}

func TestAHeadRoundTrips(t *testing.T) {
	l := aWholeJob(t)
	if h, err := provision.ParseHead(" " + l.head.String() + "\n"); err != nil || h != l.head {
		t.Errorf("%v, %v", h, err)
	}
	for _, text := range []string{"", "12", "12:", "12:abc", "x:" + l.head.Hash, "-1:" + l.head.Hash, "0:" + l.head.Hash, "12:" + strings.Repeat("z", 64)} {
		_, err := provision.ParseHead(text)
		wantCode(t, err, provision.Invalid)
	}
}
