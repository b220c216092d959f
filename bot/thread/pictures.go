package thread

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/thread/sheet"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/workqueue"
)

const (
	// keyPictures begins the keys of the messages that show the console's pictures. A job has one such message for every
	// time it got stuck or was done. The hash of each is how many pictures had been taken by then.
	keyPictures = "pictures."
	// keyEvery begins the keys of the messages with every picture, which somebody asked for; their hashes count likewise.
	keyEvery = "every_picture."
)

// picturesLeft returns the pictures that were taken since the last message with such a key, and the key of the next.
func picturesLeft(keys string, j provision.Job, journal []provision.Entry) (key string, left []provision.Picture, total int) {
	all, shown := provision.Pictures(journal), 0
	for n := 1; ; n++ {
		key = keys + strconv.Itoa(n)
		sent, known := j.Messages[key]
		if !known {
			break
		}
		shown, _ = strconv.Atoi(sent.Hash)
	}
	return key, all[min(shown, len(all)):], len(all)
}

// sheetDue says whether a job is to show its changes, or the page where it stopped, and has not yet done so.
func sheetDue(j provision.Job, journal []provision.Entry) bool {
	if j.State() != provision.Done && j.State() != provision.Stuck && !unread(j) {
		return false
	}
	_, left, _ := picturesLeft(keyPictures, j, journal)
	return len(left) > 0
}

// unread says whether a job waits for its numbers: a picture is then of the page that has none.
func unread(j provision.Job) bool { return j.State() == provision.Pending && j.Quoted == nil }

// attempt is a job with pictures to show, and how many tries failed.
type attempt struct {
	job    provision.JobID
	kind   shownKind
	failed int
}

// shownKind is what is to be shown of a job besides its messages.
type shownKind int

const (
	changesSheet shownKind = iota // its changes at the console, on one sheet
	everyPicture                  // each picture in full, because somebody asked
	jobFile                       // its file, likewise
)

// Album makes the console's pictures, and jobs' files, into messages of their threads. That takes many calls, so it works apart
// from the messages. It is safe for concurrent use.
type Album struct {
	config Config
	store  Store
	log    logrus.FieldLogger
	due    *workqueue.Queue[attempt]
}

func newAlbum(c Config) *Album {
	return &Album{config: c, store: c.Store, log: c.Log, due: workqueue.New[attempt]()}
}

// changed has a job's changes shown on one sheet.
func (p *Album) changed(id provision.JobID) { p.due.Put(attempt{job: id}) }

// has says whether somebody could ask for a job's pictures.
func (p *Album) has(j provision.Job, journal []provision.Entry) bool {
	return p.config.Pictures != nil && j.State() != provision.Running && j.State() != provision.Approved && len(provision.Pictures(journal)) > 0
}

// ShowEvery has every picture of a job shown in its thread. It refuses what is there already.
func (p *Album) ShowEvery(ctx context.Context, id provision.JobID) error {
	job, err := p.store.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := p.store.Journal(ctx, id)
	if err != nil {
		return err
	}
	_, left, _ := picturesLeft(keyEvery, job, journal)
	switch {
	case !p.has(job, journal):
		return provision.Errorf(provision.NotFound, "There are no pictures of job %s to show now.", id)
	case len(left) == 0:
		return provision.Errorf(provision.Stale, "The pictures of job %s are in its thread already.", id)
	}
	p.due.Put(attempt{job: id, kind: everyPicture})
	return nil
}

// Run posts files until ctx is done: the changes at the console on one sheet once a job is stuck or done, and every picture or
// the job's file when somebody asks.
func (p *Album) Run(ctx context.Context) {
	p.due.Each(ctx, 1, func(ctx context.Context, a attempt) {
		err := p.show(ctx, a)
		log := p.log.WithField("job", a.job)
		switch {
		case err == nil || ctx.Err() != nil:
		case (webapi.KindOf(err) == webapi.Passing || webapi.KindOf(err) == webapi.OfToken) && a.failed < 10:
			log.WithError(err).Warn("showing the console's pictures or the job's file; trying again")
			wait := webapi.Wait(a.failed, err)
			a.failed++
			p.due.PutAfter(wait, a)
		default:
			log.WithError(err).Error("the console's pictures or the job's file cannot be shown in the thread; the pictures are kept in the folder for evidence")
		}
	})
}

// upload is a picture for the thread, made when it is sent: one is held at a time.
type upload struct {
	name  string // in Slack, by which it is found again
	title string
	make  func(context.Context) ([]byte, error)
}

// show posts what is left to show in one message. It looks for it in the thread first: the program may have ended between
// posting and recording.
func (p *Album) show(ctx context.Context, a attempt) error {
	if a.kind == jobFile {
		return p.showFile(ctx, a.job)
	}
	job, err := p.store.Job(ctx, a.job)
	if err != nil {
		return err
	}
	journal, err := p.store.Journal(ctx, a.job)
	if err != nil || p.config.Pictures == nil {
		return err
	}
	keys, choose := keyPictures, p.changesAndStop
	if a.kind == everyPicture {
		keys, choose = keyEvery, p.everyPicture
	}
	key, left, total := picturesLeft(keys, job, journal)
	if len(left) == 0 || a.kind == changesSheet && !sheetDue(job, journal) {
		return nil
	}
	where, ts := placeOf(job, key), ""
	if uploads := choose(job, provision.Pictures(journal), left); len(uploads) > 0 {
		if wait := p.turn(a, where); wait > 0 {
			p.due.PutAfter(wait, a)
			return nil
		}
		var there bool
		if ts, there, err = p.config.Files.FindOwn(ctx, where, uploads[0].name, p.config.Now()); err != nil {
			return fmt.Errorf("looking for pictures in the thread: %w", err)
		}
		if !there {
			comment := blocks.SheetText(job)
			if a.kind == everyPicture {
				comment = blocks.PicturesText(job, len(uploads))
			}
			if err := p.upload(ctx, job, where, comment, uploads); err != nil {
				return err
			}
		}
	}
	_, err = remember(ctx, p.store, job.ID, map[string]provision.Message{key: {TS: ts, Hash: strconv.Itoa(total)}})
	return err
}

// keptForMessages is how many posts a sheet leaves in its channel for messages: an order's summary goes before the pictures of the
// order before it.
const keptForMessages = 2

// turn takes one post to a channel from the rate limiter, or says how long to wait before asking again. A sheet can wait.
func (p *Album) turn(a attempt, where provision.Conversation) (wait time.Duration) {
	keep := 0
	if a.kind == changesSheet {
		keep = keptForMessages
	}
	return p.config.RateLimiter.Take(webapi.PostsTo(where.Channel), keep)
}

// everyPicture is each of the pictures left, in full.
func (p *Album) everyPicture(job provision.Job, _, left []provision.Picture) (all []upload) {
	for _, picture := range left {
		all = append(all, p.inFull(fmt.Sprintf("job-%s-%s", job.ID, path.Base(picture.Name)), blocks.PictureTitle(job, picture), picture))
	}
	return all
}

// changesAndStop is the page where a job got stuck, in full, and all its changes on a sheet.
func (p *Album) changesAndStop(job provision.Job, all, left []provision.Picture) (uploads []upload) {
	if t := job.Trouble; t != nil || unread(job) {
		for _, picture := range slices.Backward(left) {
			if t == nil || picture.Step == t.Step {
				uploads = append(uploads, p.inFull(fmt.Sprintf("job-%s-stopped-%s", job.ID, path.Base(picture.Name)), blocks.StoppedTitle(job, picture), picture))
				break
			}
		}
	}
	if changes := changesOf(all); len(changes) > 0 {
		uploads = append(uploads, upload{
			name: fmt.Sprintf("job-%s-changes-%d.jpg", job.ID, len(all)), title: blocks.SheetTitle(job, len(changes)),
			make: func(ctx context.Context) ([]byte, error) {
				drawn, missed, err := p.config.Draw(ctx, rowsOf(job, changes))
				if missed > 0 {
					p.log.WithField("job", job.ID).Warnf("%d pictures are no longer there for the sheet", missed)
				}
				return drawn, err
			},
		})
	}
	return uploads
}

func (p *Album) inFull(name, title string, picture provision.Picture) upload {
	return upload{name, title, func(context.Context) ([]byte, error) { return fs.ReadFile(p.config.Pictures, picture.Name) }}
}

func (p *Album) upload(ctx context.Context, job provision.Job, where provision.Conversation, comment string, uploads []upload) error {
	var files []slack.FileSummary
	for _, u := range uploads {
		content, err := u.make(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			p.log.WithField("job", job.ID).WithField("picture", u.name).Warn("a picture is no longer there")
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the picture %s: %w", u.name, err)
		}
		file, err := p.config.Files.Upload(ctx, u.name, u.title, content)
		if err != nil {
			return fmt.Errorf("uploading the picture %s: %w", u.name, err)
		}
		files = append(files, slack.FileSummary{ID: file, Title: u.title})
	}
	if len(files) == 0 {
		return nil
	}
	if err := p.config.Files.Post(ctx, where, comment, files); err != nil {
		return fmt.Errorf("showing %d pictures: %w", len(files), err)
	}
	return nil
}

// pair are the pictures of one change.
type pair [2]*provision.Picture // before and after; nil where there is none

// changesOf are the newest pictures from before and after each step's change, in the order of the steps.
func changesOf(pictures []provision.Picture) []pair {
	var all []pair
	for _, step := range provision.Steps {
		var p pair
		for i, picture := range pictures {
			switch {
			case picture.Step != step:
			case picture.Moment() == "before":
				p = pair{&pictures[i], nil} // of a new try
			case picture.Moment() == "after":
				p[1] = &pictures[i]
			}
		}
		if p != (pair{}) {
			all = append(all, p)
		}
	}
	return all
}

// rowsOf are the changes as they are drawn.
func rowsOf(job provision.Job, changes []pair) []sheet.Row {
	rows := make([]sheet.Row, len(changes))
	for i, change := range changes {
		for moment, picture := range change {
			if picture != nil {
				rows[i][moment] = &sheet.Picture{Title: blocks.PictureTitle(job, *picture), Name: picture.Name}
			}
		}
	}
	return rows
}
