package console

import "time"

var start = time.Now()

// sinceStart is monotonic, but stands still while the machine is suspended.
func sinceStart() time.Duration { return time.Since(start) }
