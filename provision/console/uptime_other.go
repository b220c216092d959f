//go:build !linux

package console

import "time"

func uptime() time.Duration { return sinceStart() }
