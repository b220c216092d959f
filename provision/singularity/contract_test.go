package singularity_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/singularity"
)

var done = provision.Closing{Task: "5512", Note: "Account ID 341208 \"<&>\"\nmozybot, job 12", Job: "12", AccountID: "341208",
	Company: "Söhne & Co", OrderNumber: "SO-1?x=2", GB: 30}

// issue is a task of a real-world tracker.
type issue struct {
	closed   bool
	stubborn bool // its workflow does not allow the change
	notes    []string
	writes   int
}

// jira answers as Jira's REST API, version 2, is documented to, for one issue of a workflow whose transition to Done
// has the number 31.
func jira(is *issue, hangUp *bool) http.Handler {
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
	mux.HandleFunc("GET /rest/api/2/myself", func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"accountId": "5b10", "emailAddress": "mozybot@example.com", "active": true}`)
	})
	mux.HandleFunc("GET /rest/api/2/issue/{key}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("key") != "OPS-5512" {
			say(w, 404, `{"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}`)
			return
		}
		category := `{"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"}`
		if is.closed {
			category = `{"id": 3, "key": "done", "colorName": "green", "name": "Done"}`
		}
		say(w, 200, `{"id": "10002", "key": "OPS-5512", "fields": {"status": {"name": "any", "id": "10001", "statusCategory": `+category+`}}}`)
	})
	mux.HandleFunc("POST /rest/api/2/issue/{key}/transitions", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Transition struct{ ID string }
			Update     struct {
				Comment []struct{ Add struct{ Body string } }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Transition.ID != "31" || is.closed || is.stubborn {
			say(w, 400, `{"errorMessages": ["It seems that you have tried to perform a workflow operation (Done) that is not valid for the current state of this issue."], "errors": {}}`)
			return
		}
		is.closed = true
		is.writes++
		for _, c := range body.Update.Comment {
			is.notes = append(is.notes, c.Add.Body)
		}
		if *hangUp {
			*hangUp = false
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(204)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "mozybot@example.com" || password != "t0ken" {
			say(w, 401, `{"errorMessages": ["Client must be authenticated to access this resource."], "errors": {}}`)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// redmine answers as Redmine's REST API is documented to. It silently ignores what a workflow does not allow.
func redmine(is *issue, hangUp *bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/current.json", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"user": {"id": 3, "login": "mozybot"}}`)
	})
	mux.HandleFunc("GET /issues/5512.json", func(w http.ResponseWriter, _ *http.Request) {
		status := `{"id": 1, "name": "New"}`
		if is.closed {
			status = `{"id": 5, "name": "Closed"}`
		}
		fmt.Fprint(w, `{"issue": {"id": 5512, "project": {"id": 1, "name": "Operations"}, "status": `+status+`, "subject": "Set up backup"}}`)
	})
	mux.HandleFunc("PUT /issues/5512.json", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Issue struct {
				StatusID int `json:"status_id"`
				Notes    string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Issue.StatusID != 5 {
			w.WriteHeader(422)
			fmt.Fprint(w, `{"errors": ["Status is not included in the list"]}`)
			return
		}
		is.writes++
		is.closed = !is.stubborn
		is.notes = append(is.notes, body.Issue.Notes)
		if *hangUp {
			*hangUp = false
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(204)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Redmine-API-Key") != "t0ken" {
			w.WriteHeader(401)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// The example contracts work with real-world trackers as the built-in one does with the stand-in.
func TestExampleContractsForRealTrackers(t *testing.T) {
	for _, c := range []struct {
		contract, token, task string
		tracker               func(*issue, *bool) http.Handler
		stubborn              provision.Code // when the workflow does not allow it
	}{
		{"jira", "mozybot@example.com:t0ken", "OPS-5512", jira, provision.Invalid},
		{"redmine", "t0ken", "5512", redmine, provision.Changed},
	} {
		start := func(t *testing.T, token string) (*issue, *bool, *singularity.Client) {
			is, hangUp := new(issue), new(bool)
			web := httptest.NewServer(c.tracker(is, hangUp))
			t.Cleanup(web.Close)
			client, err := singularity.New(singularity.Config{URL: web.URL + "/", Token: always(token), Contract: "contracts/" + c.contract + ".json"})
			if err != nil {
				t.Fatal(err)
			}
			return is, hangUp, client
		}
		closing := done
		closing.Task = c.task
		t.Run(c.contract+" closes a task once, with the note", func(t *testing.T) {
			is, _, client := start(t, c.token)
			if err := client.Check(t.Context()); err != nil {
				t.Error(err)
			}
			if open, err := client.IsOpen(t.Context(), c.task); err != nil || !open {
				t.Fatalf("got %t, %v; want an open task", open, err)
			}
			if err := client.Close(t.Context(), closing); err != nil {
				t.Fatal(err)
			}
			if open, err := client.IsOpen(t.Context(), c.task); err != nil || open {
				t.Errorf("got %t, %v; want a closed task", open, err)
			}
			if !slices.Equal(is.notes, []string{closing.Note}) {
				t.Errorf("the notes are %q", is.notes)
			}
		})
		t.Run(c.contract+" is looked at after a lost answer", func(t *testing.T) {
			is, hangUp, client := start(t, c.token)
			*hangUp = true
			wantCode(t, client.Close(t.Context(), closing), provision.Unavailable)
			if open, err := client.IsOpen(t.Context(), c.task); err != nil || open || is.writes != 1 {
				t.Errorf("got %t, %v after %d writes", open, err, is.writes)
			}
		})
		t.Run(c.contract+" does not allow it", func(t *testing.T) {
			is, _, client := start(t, c.token)
			is.stubborn = true
			wantCode(t, client.Close(t.Context(), closing), c.stubborn)
		})
		t.Run(c.contract+" does not take the token", func(t *testing.T) {
			_, _, client := start(t, "wrong")
			wantCode(t, client.Check(t.Context()), provision.Denied)
			_, err := client.IsOpen(t.Context(), c.task)
			wantCode(t, err, provision.Denied)
		})
		t.Run(c.contract+" has no such task", func(t *testing.T) {
			_, _, client := start(t, c.token)
			_, err := client.IsOpen(t.Context(), "9999")
			wantCode(t, err, provision.NotFound)
		})
	}
}

func contract(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "contract.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whatever a field contains, it stays text.
func TestFieldsAreEscaped(t *testing.T) {
	var heard []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodPatch {
			heard = append(heard, r.URL.RequestURI(), r.Header.Get("X-Job"), r.Header.Get("Authorization"), string(body))
			w.WriteHeader(202)
			return
		}
		fmt.Fprint(w, `{"items": [{"done": true, "n": 5512}]}`)
	}))
	defer web.Close()
	c, err := singularity.New(singularity.Config{URL: web.URL + "/base/", Token: always(token), Contract: contract(t, `{
		"headers": {"Authorization": "Token {{.Token}}"},
		"look": {"url": "{{.URL}}/{{.Task}}", "task": "items.0.n", "state": "items.0.done", "closed": ["true"]},
		"close": {"method": "PATCH", "url": "{{.URL}}/{{.Task}}?order={{.OrderNumber}}&company={{.Company}}", "headers": {"X-Job": "{{.Job}}"},
			"body": {"done": true, "n": 1.50, "texts": ["{{.Note}}", "{{.GB}} GB for {{.AccountID}}"]}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	want := []string{"/base/5512?order=SO-1%3Fx%3D2&company=S%C3%B6hne%20%26%20Co", "12", "Token " + token,
		`{"done":true,"n":1.5,"texts":["Account ID 341208 \"\u003c\u0026\u003e\"\nmozybot, job 12","30 GB for 341208"]}`}
	if !slices.Equal(heard, want) {
		t.Errorf("the tracker heard\n%s\nwant\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
	}
	if err := c.Check(t.Context()); err != nil {
		t.Errorf("a contract that says nothing about checking: %v", err)
	}
}

func TestErrorsInAContractAreReportedTogether(t *testing.T) {
	const look = `"look": {"url": "{{.URL}}/{{.Task}}", "state": "status", "closed": ["closed"]}`
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"no JSON", `look: {}`, []string{"invalid character"}},
		{"nothing", `{}`, []string{"look has no url", "close has no url", "close has no method", "needs a state"}},
		{"two objects", `{` + look + `, "close": {"method": "POST", "url": "{{.URL}}/x"}} {}`, []string{"after its end"}},
		{"a word it does not know", `{` + look + `, "close": {"method": "POST", "url": "{{.URL}}/x", "expects": 200}}`, []string{"expects"}},
		{"fields there are not", `{"headers": {"X": "{{.Password}}"}, ` + look + `, "close": {"method": "POST", "url": "{{.URL}}/{{.Id}}", "body": {"a": "{{.B}}"}}}`,
			[]string{"Password", "Id"}},
		{"a template that does not end", `{` + look + `, "close": {"method": "POST", "url": "{{.URL}}/x", "body": ["{{.Note"]}}`, []string{"close: the body"}},
		{"another host", `{` + look + `, "close": {"method": "POST", "url": "https://elsewhere.example.com/{{.Task}}"}}`, []string{"{{.URL}}"}},
		{"a host that goes on", `{` + look + `, "close": {"method": "POST", "url": "{{.URL}}.example.com/{{.Task}}"}}`, []string{"{{.URL}}"}},
		{"a value of both meanings", `{"look": {"url": "{{.URL}}/x", "state": "s", "closed": ["1"], "open": ["1"]}, "close": {"method": "POST", "url": "{{.URL}}/x"}}`,
			[]string{`"1" means both`}},
		{"statuses that are none", `{` + look + `, "close": {"method": "POST", "url": "{{.URL}}/x", "success": [302], "look_after": [200]}}`, []string{"302", "200"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := contract(t, c.text)
			_, err := singularity.New(singularity.Config{URL: "https://tasks.example.com", Token: always(token), Contract: path})
			wantCode(t, err, provision.Invalid, append(c.says, path)...)
		})
	}
	t.Run("no file", func(t *testing.T) {
		_, err := singularity.New(singularity.Config{URL: "https://tasks.example.com", Token: always(token), Contract: filepath.Join(t.TempDir(), "none.json")})
		wantCode(t, err, provision.Invalid, "none.json")
	})
}
