// Package storage tells in Slack where the storage is and what it cost: to whoever asks, in the channel when somebody has it posted,
// and there by itself once a month.
//
// What is told is package dispatch's to read and provision's to count; package report draws it.
package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/report"
)

const (
	// metadataStorage is of every report that was posted.
	metadataStorage = "mozy_storage"

	settingMonth = "storage_month" // the last month that was reported

	monthlyFrom = 8  // the hour of a month's first day: people read it then
	keptReports = 20 // that somebody was shown and may have posted
)

// Reader makes reports.
type Reader interface {
	Report(ctx context.Context) (provision.StorageReport, error)
}

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Config holds what Reports need.
type Config struct {
	Reader   Reader
	Store    Store
	Messages *webapi.Messages
	Files    *webapi.Files
	Identity *webapi.Identity
	Monthly  bool
	Every    time.Duration // between two looks whether a month has begun
	Now      func() time.Time
	Log      logrus.FieldLogger
}

// Reports shows and posts reports. It is safe for concurrent use.
type Reports struct {
	config Config

	posting sync.Mutex // one is posted at a time

	mu    sync.Mutex
	shown []shown
}

// shown is a report that somebody asked for.
type shown struct {
	key    string
	report provision.StorageReport
	posted bool
}

// New makes Reports.
func New(c Config) *Reports { return &Reports{config: c} }

// Show is a new report, for whoever asked.
func (r *Reports) Show(ctx context.Context) (blocks.Message, error) {
	s, err := r.config.Reader.Report(ctx)
	if err != nil {
		return blocks.Message{}, err
	}
	key := s.At.UTC().Format("20060102-150405.000000000")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = append(r.shown, shown{key: key, report: s})
	r.shown = r.shown[max(0, len(r.shown)-keptReports):]
	return blocks.Storage(s, key), nil
}

// Post posts a report that was shown into the channel, once.
func (r *Reports) Post(ctx context.Context, channel string, by provision.Person, key string) error {
	r.posting.Lock()
	defer r.posting.Unlock()
	one, known := r.wasShown(key)
	switch {
	case !known:
		return provision.Errorf(provision.Stale, "This report is too old to be posted. Type `/mozy storage` for a new one.")
	case one.posted:
		return provision.Errorf(provision.Stale, "This report is in the channel already.")
	}
	if err := r.post(ctx, channel, by, key, one.report.At, one.report); err != nil {
		return err
	}
	r.markPosted(key)
	return nil
}

// wasShown finds a report that somebody was shown lately.
func (r *Reports) wasShown(key string) (one shown, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := slices.IndexFunc(r.shown, func(s shown) bool { return s.key == key }); at >= 0 {
		return r.shown[at], true
	}
	return shown{}, false
}

func (r *Reports) markPosted(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.shown {
		r.shown[i].posted = r.shown[i].posted || r.shown[i].key == key
	}
}

// Run posts a report at the start of each month until ctx is done.
func (r *Reports) Run(ctx context.Context) {
	if !r.config.Monthly {
		return
	}
	ticks := time.NewTicker(r.config.Every)
	defer ticks.Stop()
	for {
		if err := r.monthly(ctx); err != nil && ctx.Err() == nil {
			r.config.Log.WithError(err).Warn("reporting the storage of the month; trying again later")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

// monthly posts a report if the month has none. Only a report that is there whole is noted: one that a crash left halfway is looked
// for in the channel, and completed. The month in which mozybot first runs has nothing to report.
func (r *Reports) monthly(ctx context.Context) error {
	now := r.config.Now()
	month := now.Format("2006-01")
	last, err := r.config.Store.Setting(ctx, settingMonth)
	switch {
	case err != nil || last == month:
		return err
	case last == "":
		return r.config.Store.SetSetting(ctx, settingMonth, month)
	case now.Day() == 1 && now.Hour() < monthlyFrom:
		return nil
	}
	s, err := r.config.Reader.Report(ctx)
	if err != nil {
		return err
	}
	r.posting.Lock()
	defer r.posting.Unlock()
	begins := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	err = r.post(ctx, r.config.Identity.First(), provision.Mozybot, month, begins, s)
	if kind := webapi.KindOf(err); err != nil && (ctx.Err() != nil || kind == webapi.Passing || kind == webapi.OfToken) {
		return err
	}
	if err != nil { // trying again would not mend it
		r.config.Log.WithError(err).Error("the report of the month can't be posted whole")
	}
	return r.config.Store.SetSetting(ctx, settingMonth, month)
}

// post posts a report, and its picture and tables in its thread. What of it is there since that time isn't posted again.
func (r *Reports) post(ctx context.Context, channel string, by provision.Person, key string, since time.Time, s provision.StorageReport) error {
	post := webapi.Post{
		Where: provision.Conversation{Channel: channel}, Message: blocks.StoragePosted(s, by),
		Metadata: slack.SlackMetadata{EventType: metadataStorage, EventPayload: map[string]any{"report": key}},
	}
	ts := ""
	err := webapi.Retry(ctx, func() (err error) {
		ts, err = r.config.Messages.SayOnce(ctx, post, since, func(said map[string]any) bool { return said["report"] == key })
		return err
	})
	if err != nil {
		return fmt.Errorf("posting the report on storage: %w", err)
	}
	thread := provision.Conversation{Channel: channel, Thread: ts}
	files := filesOf(s, key)
	_, there, err := r.config.Files.FindOwn(ctx, thread, files[0].name, r.config.Now())
	if err != nil || there {
		return err
	}
	return r.attach(ctx, thread, files)
}

// attach uploads files into a thread, in one message.
func (r *Reports) attach(ctx context.Context, thread provision.Conversation, files []file) error {
	var uploaded []slack.FileSummary
	for _, f := range files {
		var content bytes.Buffer
		if err := f.write(&content); err != nil {
			return fmt.Errorf("making %s: %w", f.name, err)
		}
		id, err := r.config.Files.Upload(ctx, f.name, f.shows, content.Bytes())
		if err != nil {
			return fmt.Errorf("uploading %s: %w", f.name, err)
		}
		uploaded = append(uploaded, slack.FileSummary{ID: id, Title: f.title})
	}
	if err := r.config.Files.Share(ctx, thread, blocks.StorageFilesText, uploaded); err != nil {
		return fmt.Errorf("showing the picture of the storage: %w", err)
	}
	return nil
}

// file is one in the report's thread, with what it shows for people who don't see it.
type file struct {
	name, title, shows string
	write              func(io.Writer) error
}

// filesOf are a report's, the picture first. By its name it is found again.
func filesOf(s provision.StorageReport, key string) []file {
	day := s.At.Format("2 January 2006")
	table := func(name, title string, write func(io.Writer) error) file {
		return file{"storage-" + key + name, title, title, write}
	}
	all := []file{
		{"storage-" + key + ".png", "Storage on " + day, report.StorageAlt(s), func(w io.Writer) error {
			picture, err := report.StoragePicture(s)
			if err == nil {
				_, err = w.Write(picture)
			}
			return err
		}},
		table("-months.csv", "What each month bought, returned and cost, until "+day, func(w io.Writer) error { return report.StorageMonths(w, s) }),
	}
	if len(s.Idle) > 0 {
		all = append(all, table("-groups.csv", "Groups that use under a tenth of what they have, on "+day, func(w io.Writer) error { return report.StorageGroups(w, s) }))
	}
	return all
}
