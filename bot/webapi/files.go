package webapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Bounds on one order file.
const (
	// MaxFile is the size in bytes of the largest file that is taken.
	MaxFile      = 20_000_000
	downloadTime = time.Minute
)

// ErrTooLarge is returned for files larger than MaxFile.
var ErrTooLarge = provision.Errorf(provision.Invalid, "The file is larger than 20 MB, which no order is.")

// Files downloads and uploads files. It is safe for concurrent use.
type Files struct {
	slack    *slack.Client
	messages *Messages
	limiter  *RateLimiter
}

// NewFiles makes a Files, which uses messages to find its own uploads.
func NewFiles(client *slack.Client, messages *Messages, limiter *RateLimiter) *Files {
	return &Files{slack: client, messages: messages, limiter: limiter}
}

// Info is what Slack knows about a file; check its error with FileNotFound.
func (f *Files) Info(ctx context.Context, id string) (*slack.File, error) {
	file, _, _, err := f.slack.GetFileInfoContext(ctx, id, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("asking about file %s: %w", id, err)
	}
	if file.ID != id {
		return nil, fmt.Errorf("asking about file %s: %w", id, Odd("Slack told of another file"))
	}
	return file, nil
}

// Download fetches a file from Slack itself and from nowhere else; the client sends the token to no other origin. An
// error that is Final says what to do about the file; any other is Slack's, of which Said tells, and no fault of the file.
func (f *Files) Download(ctx context.Context, file *slack.File) ([]byte, error) {
	url := file.URLPrivateDownload
	if url == "" {
		url = file.URLPrivate
	}
	switch {
	case file.IsExternal || file.Mode == "external":
		return nil, provision.Errorf(provision.Invalid, "The file is kept outside Slack. Download it and drop the file itself.")
	case file.Size > MaxFile:
		return nil, ErrTooLarge
	case url == "":
		return nil, fmt.Errorf("downloading file %s: %w", file.ID, Odd("Slack does not say where the file can be downloaded"))
	}
	ctx, stop := context.WithTimeout(ctx, downloadTime)
	defer stop()
	content := &limited{most: MaxFile, bytes: make([]byte, 0, max(0, file.Size))} // growing would take several times as much
	if kept(file) {
		content.most = max(file.Size, mostPage)
	}
	err := f.slack.GetFileContext(ctx, url, content)
	switch {
	case errors.Is(err, ErrTooLarge) && kept(file):
		err = Odd(fmt.Sprintf("Slack sent more than the file's %s bytes", provision.Thousands(file.Size)))
	case errors.Is(err, ErrTooLarge):
		return nil, ErrTooLarge
	}
	if err == nil {
		err = whole(file, content.bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("downloading file %s: %w", file.ID, named(err))
	}
	return content.bytes, nil
}

// named gives the library's plain errors of a download the words that people read.
func named(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", Odd("the download broke off"), err)
	case errors.As(err, new(slack.StatusCodeError)), errors.As(err, new(net.Error)), errors.As(err, new(Odd)), RetryAfter(err) > 0:
		return err
	}
	return fmt.Errorf("%w: %w", Odd("Slack did not let mozybot download the file"+scopeMissing), err)
}

// scopeMissing is the usual reason for a page to log in at.
const scopeMissing = " (does the app lack the scope files:read?)"

// whole is nil when the content can be the file's. Without access Slack sends a page to log in at, with status 200 (slack
// FACTS 5), and a proxy may cut a file short without a sign of it. Slack knows the size of a file that it keeps as it was
// uploaded; of mails and snippets it makes something else.
func whole(file *slack.File, content []byte) error {
	page := strings.Contains(file.Mimetype, "html") || file.Filetype == "html" || file.Filetype == "email" || file.Mode == "email"
	switch {
	case kept(file) && len(content) == file.Size:
		return nil
	case isPage(content) && !page:
		return Odd("Slack did not let mozybot download the file: it sent its page to log in at" + scopeMissing)
	case kept(file):
		return Odd(fmt.Sprintf("Slack sent %s of the file's %s bytes", provision.Thousands(len(content)), provision.Thousands(file.Size)))
	}
	return nil
}

// kept says whether Slack keeps a file as it was uploaded, and knows its size: a size of 0 may be one that isn't known yet.
func kept(file *slack.File) bool { return file.Mode == "hosted" && file.Size > 0 }

// mostPage is room for a page that comes in a file's place, in bytes.
const mostPage = 1 << 20

// limited is a buffer with a maximum size.
type limited struct {
	bytes []byte
	most  int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(l.bytes)+len(p) > l.most {
		return 0, ErrTooLarge
	}
	l.bytes = append(l.bytes, p...)
	return len(p), nil
}

// Upload uploads a file without sharing it, and returns its id.
func (f *Files) Upload(ctx context.Context, name, title string, content []byte) (id string, err error) {
	err = Retry(ctx, func() error {
		place, err := f.slack.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(content), AltTxt: title})
		if err != nil {
			return err
		}
		id = place.FileID
		return f.slack.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: place.UploadURL, Reader: bytes.NewReader(content), Filename: name})
	})
	return id, err
}

// Share posts uploaded files in one message, within Slack's limits.
func (f *Files) Share(ctx context.Context, where provision.Conversation, comment string, files []slack.FileSummary) error {
	if err := f.limiter.Wait(ctx, PostsTo(where.Channel)); err != nil {
		return err
	}
	return f.Post(ctx, where, comment, files)
}

// Post is Share for callers that have taken it from the rate limiter.
func (f *Files) Post(ctx context.Context, where provision.Conversation, comment string, files []slack.FileSummary) error {
	_, err := f.slack.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
		Files: files, Channel: where.Channel, ThreadTimestamp: where.Thread, InitialComment: comment,
	})
	return err
}

// Attach puts a file into a thread.
func (f *Files) Attach(ctx context.Context, where provision.Conversation, name string, content []byte) error {
	_, err := f.slack.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: name, Title: name, FileSize: len(content), Reader: bytes.NewReader(content), Channel: where.Channel, ThreadTimestamp: where.Thread,
	})
	return err
}

// FindOwn looks for our own file of that name in a thread, up to the time now.
func (f *Files) FindOwn(ctx context.Context, where provision.Conversation, name string, now time.Time) (ts string, found bool, err error) {
	err = f.messages.Each(ctx, where, now, func(m slack.Message) error {
		if m.User == f.messages.id.Me() && slices.ContainsFunc(m.Files, func(file slack.File) bool { return strings.EqualFold(file.Name, name) }) {
			ts, found = m.Timestamp, true
		}
		return nil
	})
	return ts, found, err
}
