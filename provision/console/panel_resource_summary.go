package console

import (
	"context"
	_ "embed"
)

//go:embed panel_resource_summary.js
var resourceSummaryScript string

var resourceSummary = menuPanel{"Resource Summary", "storage-summary", "#resource_summary_storage_available"}

// resourceSummaryPanel is Resource Summary, open in a tab.
type resourceSummaryPanel struct{ tab *tab }

var availableShown = wait{what: "the figures of Resource Summary", shown: "resourceSummary.available"}

// available is the storage that is left. From 1024 GB on the panel only says between which bounds it lies.
func (p resourceSummaryPanel) available(ctx context.Context) (least, most int, err error) {
	var available string
	if err := p.tab.await(ctx, availableShown, &available); err != nil {
		return 0, 0, err
	}
	return gigabytes(available)
}
