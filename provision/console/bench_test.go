package console_test

import (
	"testing"

	"mozybot/provision"
)

func BenchmarkReadEverything(b *testing.B) {
	s, _ := play(b, patient)
	for b.Loop() {
		if _, err := s.Read(b.Context(), everything); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadPlan(b *testing.B) {
	s, _ := play(b, patient)
	for b.Loop() {
		if _, err := s.Read(b.Context(), provision.Look{Plan: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChangePlan(b *testing.B) {
	s, _ := play(b, patient)
	n := 866
	for b.Loop() {
		if _, err := s.ChangePlan(b.Context(), provision.PlanChange{From: n, To: n + 1, AtMost: dollars(560)}); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkAssignDefault(b *testing.B) {
	s, _ := play(b, patient)
	from, to := 15, 10
	for b.Loop() {
		if err := s.AssignDefault(b.Context(), from, to); err != nil {
			b.Fatal(err)
		}
		from, to = to, from
	}
}

func BenchmarkAccountID(b *testing.B) {
	s, _ := play(b, patient)
	for b.Loop() {
		if _, err := s.AccountID(b.Context(), "Umbra Photo Studio"); err != nil {
			b.Fatal(err)
		}
	}
}
