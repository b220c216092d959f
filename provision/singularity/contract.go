package singularity

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"mozybot/provision"
	"mozybot/provision/namedfile"
)

//go:embed contracts/singularity.json
var builtIn []byte

// contract defines the requests to a tracker and how to read its answers. Every text in a URL, a header or a body is a
// template with the fields of provision.Closing, URL and Token. A field in a URL is escaped for it; what stands in a
// body is written as JSON afterwards, so no field can become anything but the text it is.
type contract struct {
	Headers map[string]string `json:"headers"` // of every request
	Check   *request          `json:"check"`   // of an address that any good token may read; none when the tracker has none
	Look    look              `json:"look"`
	Close   closing           `json:"close"`
}

// request is one request.
type request struct {
	Method  string            `json:"method"` // GET when empty
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"` // of this request, besides those of every request
	Body    any               `json:"body"`    // any JSON; none when absent
	Success []int             `json:"success"` // statuses; any of 200 to 299 when empty
}

// look reads a task. Its answer is JSON; a path names a value in it by keys and numbers: "issue.status.name".
type look struct {
	request
	Task   string   `json:"task"`   // path of the task's number, which must be the one asked about; not looked at when empty
	State  string   `json:"state"`  // path of the value that says whether it is closed
	Closed []string `json:"closed"` // values that mean closed
	Open   []string `json:"open"`   // values that mean open; every other one when empty
}

// closing closes a task. Its effect is checked by looking.
type closing struct {
	request
	LookAfter []int `json:"look_after"` // statuses of a refusal that may mean that the task is closed already
}

// fields are what the templates may use.
type fields struct {
	provision.Closing
	URL   string // SINGULARITY_URL, without a slash at its end
	Token string
}

// readContract reads the file at path, or the built-in contract for "". Its error names everything wrong with it.
func readContract(path string, base *url.URL) (contract, error) {
	text, name := builtIn, "the built-in contract"
	if path != "" {
		var err error
		name = path
		if text, err = namedfile.Read(path); err != nil {
			return contract{}, &provision.Error{Code: provision.Invalid, Err: err, Message: fmt.Sprintf("The task tracker's contract cannot be read: %v.", err)}
		}
	}
	var c contract
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&c)
	if err == nil && d.More() {
		err = errors.New("something follows after its end")
	}
	if err == nil {
		err = errors.Join(c.problems(base)...)
	}
	if err != nil {
		return contract{}, &provision.Error{Code: provision.Invalid, Err: err,
			Message: fmt.Sprintf("The task tracker's contract in %s cannot be used: %s.", name, strings.ReplaceAll(err.Error(), "\n", "; "))}
	}
	return c, nil
}

// problems tries every request with a sample task, so that errors show at the start.
func (c contract) problems(base *url.URL) (wrong []error) {
	sample := fields{Token: "token", URL: strings.TrimSuffix(base.String(), "/"),
		Closing: provision.Closing{Task: "58231", Note: "note", Job: "1", AccountID: "1", Company: "company", OrderNumber: "1", GB: 1}}
	try := func(name string, r request) {
		if r.URL == "" {
			wrong = append(wrong, fmt.Errorf("%s has no url", name))
			return
		}
		if _, err := c.write(r, sample, base); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
		for _, status := range r.Success {
			if status < 200 || status > 299 {
				wrong = append(wrong, fmt.Errorf("%s: %d is no status of a success", name, status))
			}
		}
	}
	if c.Check != nil {
		try("check", *c.Check)
	}
	try("look", c.Look.request)
	try("close", c.Close.request)
	if c.Look.State == "" || len(c.Look.Closed) == 0 {
		wrong = append(wrong, errors.New(`look needs a state and the values that mean closed`))
	}
	for _, value := range c.Look.Closed {
		if slices.Contains(c.Look.Open, value) {
			wrong = append(wrong, fmt.Errorf("look: %q means both open and closed", value))
		}
	}
	if c.Close.Method == "" {
		wrong = append(wrong, errors.New("close has no method"))
	}
	for _, status := range c.Close.LookAfter {
		if status < 400 || status > 499 {
			wrong = append(wrong, fmt.Errorf("close: %d is no status of a refusal", status))
		}
	}
	return wrong
}

// write renders a request from its description.
func (c contract) write(r request, f fields, base *url.URL) (*http.Request, error) {
	escaped := f
	for _, field := range []*string{&escaped.Task, &escaped.Note, &escaped.AccountID, &escaped.Company, &escaped.OrderNumber, &escaped.Token} {
		*field = strings.ReplaceAll(url.QueryEscape(*field), "+", "%20") // good in a path and in a query
	}
	escaped.Job = provision.JobID(url.QueryEscape(string(f.Job)))
	address, err := fill(r.URL, escaped)
	if err != nil {
		return nil, fmt.Errorf("the url: %w", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the url: %w", err)
	}
	if u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil { // the token goes along
		return nil, fmt.Errorf("the url does not begin with {{.URL}}/")
	}
	var content io.Reader
	if r.Body != nil {
		body, err := fillAll(r.Body, f)
		if err != nil {
			return nil, fmt.Errorf("the body: %w", err)
		}
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("the body: %w", err)
		}
		content = bytes.NewReader(text)
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequest(method, address, content)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "mozybot")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, headers := range []map[string]string{c.Headers, r.Headers} {
		for name, value := range headers {
			text, err := fill(value, f)
			if err != nil {
				return nil, fmt.Errorf("the header %s: %w", name, err)
			}
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return nil, fmt.Errorf("the header %s would have a line break or another invisible character", name)
			}
			req.Header.Set(name, text)
		}
	}
	return req, nil
}

func fill(text string, f fields) (string, error) {
	t, err := template.New("it").Funcs(template.FuncMap{
		"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	}).Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.Execute(&out, f); err != nil {
		return "", err
	}
	return out.String(), nil
}

// fillAll fills in every text of a JSON value.
func fillAll(v any, f fields) (any, error) {
	switch v := v.(type) {
	case string:
		return fill(v, f)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = fillAll(v[i], f); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			var err error
			if object[key], err = fillAll(v[key], f); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	return v, nil
}

// at is the value at a path of a JSON document, as text; false when there is none, or when it is a list or an object.
func at(document any, path string) (string, bool) {
	for key := range strings.SplitSeq(path, ".") {
		switch v := document.(type) {
		case map[string]any:
			document = v[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(v) {
				return "", false
			}
			document = v[i]
		default:
			return "", false
		}
	}
	switch v := document.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

func (r request) succeeded(status int) bool {
	if len(r.Success) == 0 {
		return status >= 200 && status <= 299
	}
	return slices.Contains(r.Success, status)
}
