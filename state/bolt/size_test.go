package bolt_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state/bolt"
)

// BenchmarkBytesPerJob measures what 1,000 jobs take, each with a purchase that saw those of all jobs before: of the first
// hundred and of the last, and of the file as a whole.
func BenchmarkBytesPerJob(b *testing.B) {
	const jobs, some = 1000, 100
	for b.Loop() {
		path := newPath(b)
		s := open(b, path)
		var history []provision.Charge
		var sizes []int
		for n := range jobs {
			sizes = append(sizes, buy(b, s, n, &history))
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(sum(sizes[:some]))/some, "first-B/job")
		b.ReportMetric(float64(sum(sizes[jobs-some:]))/some, "last-B/job")
		b.ReportMetric(float64(info.Size())/jobs, "file-B/job")
	}
}

// buy makes a job with the entries of one that runs, and says how much it added to the audit, which has all of it again.
func buy(b *testing.B, s *bolt.Store, n int, history *[]provision.Charge) int {
	b.Helper()
	ctx, at := b.Context(), time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC).Add(time.Duration(n)*6*time.Hour)
	id := create(b, s, fmt.Sprint("upload ", n))
	reading := provision.Reading{At: at, AddOns: 866 + n, Charges: *history}
	entries := []provision.Entry{
		{At: at, Step: provision.StepBuy, Kind: provision.Intended, Saw: &reading, Want: &provision.Want{Plan: &provision.PlanChange{From: 866 + n, To: 867 + n}}},
		{At: at, Step: provision.StepBuy, Kind: provision.Achieved, Text: "868 add-ons now, 866 before; charged $11.20."},
		{At: at, Step: provision.StepReturn, Kind: provision.Intended, Saw: &reading, Want: &provision.Want{Plan: &provision.PlanChange{From: 867 + n, To: 866 + n}}},
		{At: at, Step: provision.StepReturn, Kind: provision.Achieved, Text: "866 add-ons, from 867."},
	}
	for _, e := range entries {
		if _, err := s.Update(ctx, id, nil, e); err != nil {
			b.Fatal(err)
		}
	}
	*history = append(*history, provision.Charge{Date: at.Format("01/02/06"), Amount: provision.Money{Symbol: "$", Cents: 1120}})
	size := 0
	facts, err := s.AuditTrail(ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range facts {
		line, _, err := provision.Seal(provision.Head{}, f, "nonce")
		if err != nil {
			b.Fatal(err)
		}
		size += len(line)
	}
	return size
}

func sum(all []int) (total int) {
	for _, n := range all {
		total += n
	}
	return total
}
