package thread

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
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

// cardMetadata holds the order and the quote as JSON, as far as they fit, and the steps once the card shows them. It says that
// it is the card, for recover: by its key alone it could be another message.
func cardMetadata(j provision.Job, steps []provision.Progress, apart bool) map[string]any {
	more, room := map[string]any{isCard: true}, maxOrderMetadata
	if blocks.ShowsSteps(j) && !apart {
		more["message"], more["steps"] = keyProgress, steps
		if written, err := json.Marshal(steps); err == nil {
			room -= len(written)
		}
	}
	if order := boundedOrder(j.Order, room); order != nil {
		more["order"] = order
	}
	if j.Quoted != nil {
		more["quote"] = j.Quoted.Quote
	}
	return more
}

// isCard is in the metadata of the card, whatever it shows.
const isCard = "card"

// keyIn is the key of the message with these metadata, "" when it is not the job's.
func keyIn(j provision.Job, event string, payload map[string]any) string {
	if event != metadataJob || payload["job"] != string(j.ID) {
		return ""
	}
	if payload[isCard] == true {
		return provision.MessageSummary
	}
	key, _ := payload["message"].(string)
	return key
}

// boundedOrder is the order in at most room bytes of JSON: it leaves out an order's sources, then its long lists, then everything. The storage and other figures
// that follow from the items stay right, as they are computed first.
func boundedOrder(o provision.Order, room int) map[string]any {
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
		if data, err = json.Marshal(form); err == nil && len(data) <= room {
			return form
		}
	}
	return nil
}
