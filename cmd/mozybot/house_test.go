package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// mayImport is who may import whom among our own packages, and which foreign ones: arrows point towards the domain.
// A name ending in /* stands for the whole folder; "std" is the standard library, "any" whatever is foreign.
var mayImport = []struct {
	who string
	may []string
}{
	{"provision", []string{"std"}},
	{"provision/retry", []string{"std"}},
	{"provision/namedfile", []string{"std"}},
	{"provision/handshake", []string{"std", "provision"}},
	{"provision/proxy", []string{"std", "golang.org/x/net/*"}},
	{"provision/proxy/proxytest", []string{"std"}}, // for tests alone: nobody may import it
	{"provision/workqueue", []string{"std"}},
	{"provision/background", []string{"std"}},
	{"provision/spelling", []string{"std", "golang.org/x/text/*", "golang.org/x/net/idna", "provision"}},
	{"provision/orderfile", []string{"std", "any", "provision", "provision/spelling", "provision/orderfile/*"}},
	{"provision/orderfile/document", []string{"std", "provision"}},
	{"provision/orderfile/format", []string{"std", "any", "provision", "provision/orderfile/document"}},
	{"provision/orderfile/message", []string{"std", "any", "provision", "provision/orderfile/document", "provision/orderfile/format"}},
	{"provision/orderfile/extract", []string{"std", "provision", "provision/spelling", "provision/orderfile/document", "provision/orderfile/extract/*"}}, // no format
	{"provision/orderfile/extract/lexicon", []string{"std"}},
	{"provision/orderfile/extract/values", []string{"std", "golang.org/x/net/publicsuffix", "provision", "provision/orderfile/extract/lexicon"}},
	{"provision/orderfile/extract/label", []string{"std", "provision/orderfile/extract/lexicon", "provision/orderfile/extract/values"}},
	{"provision/orderfile/extract/page", []string{"std", "provision", "provision/spelling", "provision/orderfile/document", "provision/orderfile/extract/label", "provision/orderfile/extract/lexicon", "provision/orderfile/extract/values"}},
	{"provision/orderfile/merge", []string{"std", "provision", "provision/orderfile/document", "provision/orderfile/extract", "provision/orderfile/extract/page", "provision/orderfile/extract/values"}},
	{"provision/dispatch", []string{"std", "github.com/sirupsen/logrus", "provision", "provision/retry", "provision/workqueue"}},
	{"provision/runbook", []string{"std", "github.com/sirupsen/logrus", "provision", "provision/retry"}},
	{"provision/console", []string{"std", "any", "provision", "provision/spelling", "provision/proxy"}},
	{"provision/mail", []string{"std", "any", "provision", "provision/handshake", "provision/namedfile"}},
	{"provision/mailbox", []string{"std", "any", "provision", "provision/handshake", "provision/retry", "provision/spelling"}},
	{"provision/report", []string{"std", "github.com/go-analyze/charts", "provision"}},
	{"provision/singularity", []string{"std", "any", "provision", "provision/namedfile", "provision/proxy"}},
	{"state", []string{"std", "provision"}},
	{"state/bolt", []string{"std", "go.etcd.io/bbolt/*", "provision", "provision/background", "state"}},
	{"state/etcd", []string{"std", "any", "provision", "provision/retry", "state", "state/bolt"}}, // with which it follows etcd
	{"state/statetest", []string{"std", "provision", "state"}},
	{"bot/blocks", []string{"std", "github.com/slack-go/slack/*", "provision", "provision/spelling"}},
	{"bot/blocks/blockstest", []string{"std", "github.com/slack-go/slack/*", "bot/blocks"}}, // for tests alone: nobody may import it
	{"commands", []string{"std", "github.com/slack-go/slack/*", "provision", "provision/spelling", "state", "bot/blocks"}},
	{"bot/webapi", []string{"std", "any", "provision", "provision/retry", "bot/blocks"}},
	{"bot/rights", []string{"std", "any", "provision", "bot/webapi"}},
	{"bot/socket", []string{"std", "any", "provision/proxy", "provision/retry", "provision/workqueue", "state", "bot/webapi"}},
	{"bot/thread", []string{"std", "any", "provision", "provision/dispatch", "provision/report", "provision/retry", "provision/workqueue", "bot/blocks", "bot/thread/sheet", "bot/webapi"}},
	{"bot/thread/sheet", []string{"std", "golang.org/x/image/*", "provision/background"}},
	{"bot/intake", []string{"std", "any", "provision", "provision/dispatch", "provision/retry", "state", "bot/blocks", "bot/webapi"}},
	{"bot/decide", []string{"std", "any", "provision", "provision/dispatch", "provision/retry", "state", "commands", "bot/blocks", "bot/webapi"}},
	{"bot/storage", []string{"std", "any", "provision", "provision/report", "bot/blocks", "bot/webapi"}},
	{"bot/home", []string{"std", "any", "provision", "provision/retry", "state", "bot/blocks", "bot/webapi"}},
	{"bot", []string{"std", "any", "provision", "provision/dispatch", "provision/retry", "state",
		"bot/blocks", "bot/decide", "bot/home", "bot/intake", "bot/rights", "bot/socket", "bot/storage", "bot/thread", "bot/thread/sheet", "bot/webapi"}},
	{"fixtures/bench", []string{"std"}},
	{"fixtures/etcd", []string{"std", "golang.org/x/sys/unix"}},
	{"fixtures/stalled", []string{"std"}},    // for tests alone: nobody may import it
	{"fixtures/executable", []string{"std"}}, // as well
	{"fixtures/sandbox/*", []string{"std", "github.com/gorilla/websocket", "github.com/emersion/*", "github.com/jhillyerd/enmime/*", "golang.org/x/*", "fixtures/sandbox/*"}},
	{"fixtures/sandbox/console", []string{"std", "provision", "provision/spelling", "fixtures/sandbox/fault"}}, // for the double
	{"cmd/mozybot/config", []string{"std", "any", "provision", "provision/console", "provision/mail", "provision/mailbox", "provision/namedfile", "provision/proxy",
		"provision/singularity", "provision/spelling", "bot/rights", "state/etcd"}}, // their configurations, and what their values may be
	{"cmd/mozybot/rest", []string{"std"}},
	{"cmd/mozybot", []string{"std", "any", "ours"}},
}

func TestWhoMayImportWhom(t *testing.T) {
	const module = "mozybot/"
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		var may []string
		for _, rule := range mayImport {
			if matches(rule.who, name) {
				may = append(may, rule.may...)
			}
		}
		if may == nil {
			t.Errorf("%s stands in no rule: who may it import, and why is it there?", name)
		}
		for _, imported := range p.Imports {
			ours, ok := strings.CutPrefix(imported, module)
			allowed := slices.ContainsFunc(may, func(m string) bool {
				switch {
				case m == "std":
					return !ok && !strings.Contains(strings.Split(imported, "/")[0], ".")
				case m == "any":
					return !ok
				case m == "ours":
					return ok
				case ok:
					return matches(m, ours)
				}
				return matches(m, imported)
			})
			if !allowed {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

func matches(pattern, name string) bool {
	if folder, ok := strings.CutSuffix(pattern, "/*"); ok {
		return name == folder || strings.HasPrefix(name, folder+"/")
	}
	return pattern == name
}

type goPackage struct {
	ImportPath string
	Imports    []string // of the package itself, not of its tests
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = path.Join("..", "..")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing the packages: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
