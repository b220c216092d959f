package provision

import "time"

// Pause is somebody's word that no further job may begin: approvals wait, and the job that is running finishes. The
// zero Pause is none.
type Pause struct {
	By Person    `json:"by"`
	At time.Time `json:"at"`
}

// On says whether there is a pause.
func (p Pause) On() bool { return p.By != "" }
