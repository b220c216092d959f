package thread

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// metadataJob is the event type of the metadata on a job's messages, for our program and others: which job, which
// message, which state.
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

// summaryMetadata holds the order and the quote as JSON, as far as they fit.
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

// boundedOrder leaves out an order's sources, then its long lists, then the whole order. The storage and other figures
// that follow from the items stay right, as they are computed first.
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
