package workqueue_test

import (
	"os"
	"testing"

	"mozybot/fixtures/stalled"
)

func TestMain(m *testing.M) { os.Exit(stalled.Run(m)) }
