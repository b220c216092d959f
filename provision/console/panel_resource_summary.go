package console

import (
	"context"
	_ "embed"
)

//go:embed panel_resource_summary.js
var resourceSummaryScript string

var resourceSummary = menuPanel{"Resource Summary", "storage-summary", "#resource_summary_storage_available"}

// readAvailable reads the open panel. From 1024 GB on it only says between which bounds the figure lies.
func (t *tab) readAvailable(ctx context.Context) (least, most int, err error) {
	var available string
	if err := t.await(ctx, wait{what: "the figures of Resource Summary", shown: "resourceSummary.available"}, &available); err != nil {
		return 0, 0, err
	}
	return gigabytes(available)
}
