package main

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// The variables of "make crash".
const (
	crashFor  = "CRASH_FOR"  // how long to walk, like 5m; set, it has every other point tried, too
	crashSeed = "CRASH_SEED" // of the walk; printed by every run
)

// One moment in so many ends the bot. An order has about 140 of them, and a start has a few.
const oneIn = 90

// The bot is killed at moments that come at random, again and again, with several orders on their way at a time. The
// same seed brings the same orders and the same luck; what goes on at once in the bot is not repeated to the letter.
func TestKilledAtRandomWithSeveralOrdersInFlight(t *testing.T) {
	t.Parallel()
	last, err := time.ParseDuration(cmp.Or(os.Getenv(crashFor), "5s"))
	if err != nil {
		t.Fatalf("%s: %v", crashFor, err)
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(crashSeed); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", crashSeed, err)
		}
	}
	t.Logf("%s=%d", crashSeed, seed)
	var mu sync.Mutex
	var kills, orders int
	var all judgement
	t.Run("walk", func(t *testing.T) {
		hands := 2
		if os.Getenv(crashFor) != "" {
			hands = 3
		}
		for hand := range hands { // worlds of their own, side by side
			t.Run(strconv.Itoa(hand+1), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, way{mixed: hand > 0})
				w.walk(rand.New(rand.NewPCG(seed, uint64(hand))), last)
				j := w.judge()
				for _, wrong := range j.wrong {
					t.Error(wrong)
				}
				mu.Lock()
				defer mu.Unlock()
				kills, orders = kills+w.fate.kills, orders+len(w.orders)
				all.duplicates, all.losses, all.asked = all.duplicates+j.duplicates, all.losses+j.losses, all.asked+j.asked
			})
		}
	})
	announce(t, fmt.Sprintf("%d orders, %d kills, %d duplicates, %d losses, %d times a person was asked (%s=%d)",
		orders, kills, all.duplicates, all.losses, all.asked, crashSeed, seed))
	if kills == 0 {
		t.Error("the bot was never killed")
	}
}

// walk keeps some orders on their way and kills the bot now and then, until the time is up; then it lets them end.
func (w *world) walk(luck *rand.Rand, last time.Duration) {
	w.t.Helper()
	w.mustServe()
	orders := rand.New(rand.NewPCG(luck.Uint64(), luck.Uint64())) // apart from the kills, which go on meanwhile
	w.fate.strike(func(moment) bool { return luck.IntN(oneIn) == 0 })
	err := w.until(last, func() (bool, error) {
		waiting, err := w.act()
		if err == nil && waiting < 3 {
			w.bring(len(w.orders)+1, []int{30, 30, 20, 50, 7}[orders.IntN(5)])
		}
		return false, err
	})
	if !errors.Is(err, errOverdue) {
		w.t.Fatal(err)
	}
	w.fate.strike(func(moment) bool { return false })
	w.mustEnd()
}
