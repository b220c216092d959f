package orderfile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/format"
	"mozybot/provision/orderfile/merge"
)

// setting is the first line that a child reads: what it prepares for. The request may come later.
type setting struct {
	CacheDir  string        `json:"cache_dir"`  // where the compiled PDF engine is; "" where no PDF is to be expected
	Ahead     bool          `json:"ahead"`      // start the PDF engine before the request comes
	Warm      bool          `json:"warm"`       // compile the PDF engine into the cache and read nothing
	Confined  bool          `json:"confined"`   // refuse to read where the process can't be confined
	Limit     time.Duration `json:"limit"`      // of its work: the system ends the child after this
	WallClock time.Duration `json:"wall_clock"` // for the request; the child ends itself shortly after, should no parent be left to kill it
	Wait      time.Duration `json:"wait"`       // for the request to come, at most
}

// request is the second line; the file's content follows it to the end.
type request struct {
	Name    string `json:"name"`
	Explain bool   `json:"explain"` // tell what was read and why it was taken or not
	Each    bool   `json:"each"`    // read every order of a mail by itself
	TryOut  bool   `json:"try_out"` // tell what the process can still do, and read nothing
}

// answer is all that a child writes.
type answer struct {
	Order     *provision.Order      `json:"order,omitempty"`
	Each      []provision.MailOrder `json:"each,omitempty"`      // where every one was asked for; Order is the first
	Explained []extract.Explained   `json:"explained,omitempty"` // where it was asked for
	Error     *refusal              `json:"error,omitempty"`

	Confinement *Confinement `json:"confinement,omitempty"` // where it was asked for
}

// refusal carries an error over.
type refusal struct {
	Code    provision.Code `json:"code"`
	Message string         `json:"message"`
	Detail  string         `json:"detail"` // for the log
}

// childMemory is where the child's garbage collector starts to work hard, well below where the parent kills it.
const childMemory = 200 << 20

// childGarbage has it work less before that: most children are over before there is enough garbage to be worth collecting.
const childGarbage = 400

// ServeChild answers the one request of a [Reader]: [Reader.Command] has to end up in it. An error
// means that there was nobody to talk to; what is wrong with the file is part of the answer.
func ServeChild(ctx context.Context, in io.Reader, out io.Writer) error {
	debug.SetMemoryLimit(childMemory)
	debug.SetGCPercent(childGarbage)
	if err := closeInherited(); err != nil {
		return fmt.Errorf("closing inherited files: %w", err)
	}
	input := bufio.NewReader(in)
	var s setting
	if err := readLine(input, &s); err != nil {
		return err
	}
	if s.Limit > 0 {
		alarm := time.AfterFunc(s.Wait+max(s.Limit, s.WallClock)+time.Second, func() { os.Exit(3) })
		defer alarm.Stop()
		if err := limitSelf(s.Limit); err != nil {
			return fmt.Errorf("limiting this process: %w", err)
		}
	}
	// Before the first byte of the file is looked at.
	by, unconfined := confineSelf(s.CacheDir, s.Warm)
	if s.Confined && unconfined != nil {
		return fmt.Errorf("confining the process that reads order files: %w", unconfined)
	}
	pdf := s.pdf(ctx)
	var q request
	if err := readLine(input, &q); err != nil {
		return err
	}
	content, err := io.ReadAll(input)
	if err != nil {
		return fmt.Errorf("reading the file: %w", err)
	}
	a := answer{}
	switch {
	case q.TryOut:
		c := tryOut()
		c.By = by
		a.Confinement = &c
	case s.Warm:
		if err := pdf.Warm(ctx); err != nil {
			a.Error = refused(err)
		}
	default:
		a = answerTo(ctx, q, content, pdf)
	}
	if err := json.NewEncoder(out).Encode(a); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}

// pdf reads PDFs. Where its engine can't be started ahead, the file that needs it says so.
func (s setting) pdf(ctx context.Context) format.PDF {
	pdf := format.PDF{CacheDir: s.CacheDir}
	if !s.Ahead {
		return pdf
	}
	started, err := pdf.Ahead(ctx)
	if err != nil {
		return pdf
	}
	return started
}

func readLine(input *bufio.Reader, into any) error {
	line, err := input.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, into)
	}
	if err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	return nil
}

func answerTo(ctx context.Context, r request, content []byte, pdf format.PDF) answer {
	if r.Each {
		return eachOf(ctx, r, content, pdf)
	}
	f, err := read(ctx, r.Name, content, pdf)
	var a answer
	if r.Explain {
		a.Explained = f.Explained
	}
	if err != nil {
		a.Error = refused(err)
		return a
	}
	a.Order = &f.Order
	return a
}

func eachOf(ctx context.Context, r request, content []byte, pdf format.PDF) answer {
	found, err := (&unpacking{kinds: kinds(pdf)}).orders(ctx, r.Name, content, "", 0, merge.Each)
	if err != nil {
		return answer{Error: refused(err)}
	}
	a := answer{Order: &found[0].Order}
	for _, f := range found {
		a.Each = append(a.Each, provision.MailOrder{SHA256: f.Of, Order: f.Order})
	}
	return a
}

func refused(err error) *refusal {
	r := refusal{Code: provision.CodeOf(err), Message: provision.MessageOf(err), Detail: err.Error()}
	var e *provision.Error
	if errors.As(err, &e) {
		r.Detail = ""
		if e.Err != nil {
			r.Detail = e.Err.Error()
		}
	}
	return &r
}

// result is what the answer means to the caller of a Reader.
func (a answer) result() (provision.Order, error) {
	switch {
	case a.Error != nil && a.Error.Message == "":
		return provision.Order{}, errors.New("the reading process refused the file and did not say why")
	case a.Error != nil:
		err := &provision.Error{Code: a.Error.Code, Message: a.Error.Message}
		if a.Error.Detail != "" {
			err.Err = errors.New(a.Error.Detail)
		}
		return provision.Order{}, err
	case a.Order == nil:
		return provision.Order{}, errors.New("the reading process answered without an order")
	}
	return *a.Order, nil
}
