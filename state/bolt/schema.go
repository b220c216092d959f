package bolt

import (
	"encoding/json"
	"fmt"
	"time"

	"mozybot/provision"
)

// schema is the version of the form that this program writes. A release that changes the form counts it up, adds the
// way there to migrations, and an old file to testdata.
const schema = 2

// migrations bring a file from the version that is their key to the next. Each is a part of the transaction that opens
// the file: it is there whole, or not at all.
var migrations = map[int]func(tx *transaction) error{1: addAudit}

// addAudit brings version 1 to 2: the indexes by document, number and end, the access to the console, and the audit, which begins with
// what is known of the jobs there are.
func addAudit(tx *transaction) error {
	if err := layOut(tx); err != nil {
		return err
	}
	chain, err := newChain(tx)
	if err != nil {
		return err
	}
	if err := chain.add(provision.Fact{
		Record: provision.Record{What: provision.WhatUpgraded, At: time.Now(), By: provision.Mozybot},
	}); err != nil {
		return err
	}
	err = tx.Bucket(jobsBucket).ForEach(func(key, text []byte) error {
		job, entries, err := withJournal(tx, key, text)
		if err != nil {
			return err
		}
		if err := index(tx, key, provision.Job{}, job); err != nil {
			return err
		}
		bound, err := provision.BindingOf(text)
		if err != nil {
			return err
		}
		return chain.add(provision.Bind(provision.FactsOf(provision.Job{}, job, entries), job, bound, time.Now())...)
	})
	if err != nil {
		return err
	}
	return movePause(tx)
}

// movePause has the pause, once a setting, belong to the access to the console.
func movePause(tx *transaction) error {
	settings, paused := tx.Bucket(settingsBucket), []byte("paused")
	text := settings.Get(paused)
	if text == nil {
		return nil
	}
	var access provision.ConsoleAccess
	if err := json.Unmarshal(text, &access.Pause); err != nil {
		return fmt.Errorf("the pause: %w", err)
	}
	if err := settings.Delete(paused); err != nil {
		return err
	}
	return put(tx.Bucket(metaBucket), accessKey, access)
}
