package console

import (
	"context"
	"encoding/json"
	"fmt"
)

// peeked is what the page gave for questions that are still to be asked, each under its function and arguments. A reading asks for all
// that it reads in one go, at one moment: every question by itself is a way to the page and back. What was not there then is waited
// for as ever.
type peeked map[string]json.RawMessage

func question(function string, args any) (string, error) {
	b, err := json.Marshal(args)
	return function + " " + string(b), err
}

// peek asks for what these wait for. It waits for none of it.
func (t *tab) peek(ctx context.Context, all ...wait) error {
	t.peeked = nil
	if len(all) == 0 {
		return nil
	}
	asked := make([][2]any, len(all))
	for i, w := range all {
		asked[i] = [2]any{w.shown, w.args}
	}
	var gave []json.RawMessage
	if err := t.call(ctx, "peek", asked, &gave); err != nil {
		return err
	}
	t.peeked = peeked{}
	for i, w := range all {
		name, err := question(w.shown, w.args)
		if err != nil {
			return fmt.Errorf("keeping what %s gave: %w", w.shown, err)
		}
		if i < len(gave) && string(gave[i]) != "null" {
			t.peeked[name] = gave[i]
		}
	}
	return nil
}

// gave reads what the page gave for a question when it was peeked at; false when it has to be asked.
func (p peeked) gave(function string, args, out any) (bool, error) {
	if len(p) == 0 {
		return false, nil
	}
	name, err := question(function, args)
	if err != nil {
		return false, fmt.Errorf("sending values to the page: %w", err)
	}
	value, there := p[name]
	if !there || out == nil {
		return there, nil
	}
	if err := json.Unmarshal(value, out); err != nil {
		return false, fmt.Errorf("reading what %s gave: %w", function, err)
	}
	return true, nil
}
