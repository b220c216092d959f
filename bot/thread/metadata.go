package thread

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// metadataJob marks what a job's messages carry for programs, ours and others: which job, which of its messages, how far
// it is.
const metadataJob = "mozy_job"

// Slack refuses metadata of about 8 KB and more (metadata_too_large). The order is the only part that can grow.
const maxOrderMetadata = 6000 // bytes of JSON

func metadataOf(j provision.Job, key string, more map[string]any) slack.SlackMetadata {
	payload := map[string]any{"job": string(j.ID), "message": key, "state": string(j.State()), "account_id": j.AccountID}
	for name, value := range more {
		payload[name] = value
	}
	return slack.SlackMetadata{EventType: metadataJob, EventPayload: payload}
}

// summaryMetadata is the order and the quote in their JSON forms, as far as they fit.
func summaryMetadata(j provision.Job) map[string]any {
	more := map[string]any{}
	if order := boundedOrder(j.Order); order != nil {
		more["order"] = order
	}
	if j.Quoted != nil {
		more["quote"] = j.Quoted.Quote
	}
	return more
}

// boundedOrder leaves out where an order was read, its lists when they are too long, then the whole order. The storage
// and the other figures that follow from the items stay right, as they are worked out before.
func boundedOrder(o provision.Order) map[string]any {
	o.Sources = nil
	data, err := json.Marshal(o)
	if err != nil {
		return nil
	}
	form := map[string]any{}
	if err := json.Unmarshal(data, &form); err != nil {
		return nil
	}
	for _, list := range []string{"", "items", "warnings"} {
		if list != "" {
			form[list] = []any{}
		}
		if data, err = json.Marshal(form); err == nil && len(data) <= maxOrderMetadata {
			return form
		}
	}
	return nil
}
