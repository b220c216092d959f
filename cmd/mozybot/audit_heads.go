package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/syslog"
	"os"
	"syscall"
	"time"

	slackapi "github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/namedfile"
	"mozybot/provision/proxy"
)

// The audit's heads outside of STATE: the key that signs them, where they are told beside Slack, and what verify takes of them.

// readKey reads a key as OpenSSL writes one, too.
func readKey(name string) (ed25519.PrivateKey, error) {
	content, err := namedfile.Read(name)
	if err != nil {
		return nil, fmt.Errorf("reading the key that signs the audit's heads: %w", err)
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key in PEM", name)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s holds no key that can be read: %w", name, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a key that is not ed25519", name)
	}
	return key, nil
}

// ownKey reads the key, or makes one where there is none yet.
func ownKey(name string) (ed25519.PrivateKey, error) {
	key, err := readKey(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	_, key, err = ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	content, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the key that signs the audit's heads: %w", err)
	}
	err = errors.Join(pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: content}), file.Sync(), file.Close())
	if err != nil {
		return nil, fmt.Errorf("keeping the key that signs the audit's heads: %w", err)
	}
	return key, nil
}

// signHead signs with the key in a file, nil where there is no name for one.
func signHead(name string) func(provision.Head, time.Time) (provision.SignedHead, error) {
	if name == "" {
		return nil
	}
	return func(h provision.Head, at time.Time) (provision.SignedHead, error) {
		key, err := ownKey(name)
		if err != nil {
			return provision.SignedHead{}, err
		}
		return provision.SignHead(key, h, at), nil
	}
}

// headPosted tells a head where AUDIT_HEADS says, too.
func (a *app) headPosted(h provision.SignedHead) {
	if err := tellHead(a.config.AuditHeads, h); err != nil {
		a.log.WithError(err).Warn("a head of the audit could not be told where AUDIT_HEADS says")
	}
}

// headTime is how long a pipe may take to take a head.
const headTime = 5 * time.Second

func tellHead(to string, h provision.SignedHead) error {
	switch to {
	case "":
		return nil
	case "syslog":
		w, err := syslog.New(syslog.LOG_NOTICE|syslog.LOG_AUTHPRIV, "mozybot")
		if err != nil {
			return fmt.Errorf("speaking to syslog: %w", err)
		}
		return errors.Join(w.Notice(h.String()), w.Close())
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_APPEND|syscall.O_NONBLOCK, 0o600) // else a pipe waits for its reader
	if err != nil {
		return fmt.Errorf("opening the file for heads: %w", err)
	}
	_ = file.SetWriteDeadline(time.Now().Add(headTime)) // for a pipe
	_, err = fmt.Fprintln(file, h)
	if info, wrong := file.Stat(); wrong == nil && info.Mode().IsRegular() { // nothing else can be synced
		err = errors.Join(err, file.Sync())
	}
	return errors.Join(err, file.Close())
}

// auditKey is the doctor's word on the key.
func (d *doctor) auditKey(context.Context) (string, error) {
	name := d.config.KeyFile()
	if name == "" {
		return "", warning("the audit's heads are not signed and not posted: STATE is no file to keep a key beside. Name one in AUDIT_KEY")
	}
	key, err := readKey(name)
	if errors.Is(err, fs.ErrNotExist) {
		return name + " is made with the first head that is posted", nil
	}
	if err != nil {
		return "", err
	}
	return "heads are signed with " + provision.KeyName(key.Public().(ed25519.PublicKey)), nil
}

// notedHeads are heads that were told outside, to hold an audit against.
type notedHeads struct {
	all []provision.SignedHead
}

// readHeads finds the heads in a text, such as AUDIT_HEADS' file or lines that were copied from Slack. One whose signature is not
// its key's is an error, and so is one of another key than the one that is wanted, if one is.
func readHeads(text io.Reader, key string) (n notedHeads, err error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if h, ok := provision.ParseSignedHead(lines.Text()); ok {
			if err := n.add(h, key); err != nil {
				return n, err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return n, err
	}
	if len(n.all) == 0 {
		return n, provision.Errorf(provision.Invalid, "There is no signed head in it.")
	}
	return n, nil
}

func (n *notedHeads) add(h provision.SignedHead, key string) error {
	switch {
	case !h.Genuine():
		return provision.Errorf(provision.Changed, "The head of record %d from %s is forged: its signature is not its key's.", h.Head.Seq, h.At.Format(time.RFC3339))
	case key != "" && h.Key != key:
		return provision.Errorf(provision.Changed, "The head of record %d from %s is signed with another key: %s.", h.Head.Seq, h.At.Format(time.RFC3339), h.Key)
	}
	n.all = append(n.all, h)
	return nil
}

// hold holds an audit's lines against all heads. A head of records that a restored backup has lost cannot be there.
func (n notedHeads) hold(each eachLine) error {
	hashes, lost := map[int]provision.Head{}, time.Time{}
	err := each(func(line []byte) error {
		h, err := provision.HeadOf(line)
		if err != nil {
			return err
		}
		hashes[h.Seq] = h
		if f, err := provision.Unseal(line); err == nil && f.Record.What == provision.WhatRestored && f.Record.Entry == 0 {
			lost = f.Record.At
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, h := range n.all {
		if hashes[h.Head.Seq] != h.Head && !h.At.Before(lost) {
			return provision.Errorf(provision.Changed, "Record %d isn't the one whose head was told on %s: the audit was changed, cut off or made again.", h.Head.Seq, h.At.Format(time.RFC3339))
		}
	}
	return nil
}

// headMetadata is of every message of the bot's with a head.
const headMetadata = "mozy_audit_head"

// postedHeads are the heads that the bot of this configuration has posted in the first of its channels. Unlike the bot, it fails
// where Slack shows it no messages: none would be proof of nothing.
func postedHeads(ctx context.Context, c config.Config, key string) (n notedHeads, err error) {
	api := slackClient(c, proxy.Transport())
	me, err := api.AuthTestContext(ctx)
	if err != nil {
		return n, fmt.Errorf("asking Slack who the bot is: %w", err)
	}
	own := func(m slackapi.Message) bool { return m.User == me.UserID && m.Metadata.EventType == headMetadata }
	channel, err := firstChannel(ctx, api, c.OrdersChannel)
	if err != nil {
		return n, err
	}
	var threads []string
	for cursor := ""; ; {
		page, failed := api.GetConversationHistoryContext(ctx, &slackapi.GetConversationHistoryParameters{ChannelID: channel, Limit: 200, Cursor: cursor, IncludeAllMetadata: true})
		if failed != nil {
			return n, fmt.Errorf("reading the channel: %w", failed)
		}
		for _, m := range page.Messages {
			if own(m) {
				threads = append(threads, m.Timestamp)
			}
		}
		if cursor = page.ResponseMetaData.NextCursor; cursor == "" {
			break
		}
	}
	for _, ts := range threads {
		for cursor := ""; ; {
			messages, _, next, failed := api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: 200, Cursor: cursor, IncludeAllMetadata: true})
			if failed != nil {
				return n, fmt.Errorf("reading the thread with the heads: %w", failed)
			}
			for _, m := range messages {
				line, _ := m.Metadata.EventPayload["head"].(string)
				if h, ok := provision.ParseSignedHead(line); ok && own(m) {
					err = errors.Join(err, n.add(h, key))
				}
			}
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	if err == nil && len(n.all) == 0 {
		err = provision.Errorf(provision.NotFound, "There is no head in the channel %s.", channel)
	}
	return n, err
}

// firstChannel is the id of the channel where the bot posts heads: the first of these ids and names that is there.
func firstChannel(ctx context.Context, api *slackapi.Client, wanted []string) (string, error) {
	search := webapi.NewSearch(api, wanted)
	var there []slackapi.Channel
	var missing []error
	err := patiently(ctx, func() (err error) {
		there, missing, err = search.Find(ctx)
		return err
	})
	if err == nil && len(there) == 0 {
		err = errors.Join(missing...)
	}
	if err != nil {
		return "", fmt.Errorf("looking for the channel with the heads: %w", err)
	}
	return there[0].ID, nil
}
