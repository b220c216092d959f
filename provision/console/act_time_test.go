package console_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
)

// limited is a Console whose acts have so long, with a browser of its own and a clock that can be set forward.
func limited(t *testing.T, actTime time.Duration, address string, roots *x509.CertPool) (c anyones, jump func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	began := time.Now()
	cfg, _ := config(address)
	cfg.RootCAs, cfg.ActTime = roots, actTime
	cfg.Uptime = func() time.Duration { return time.Since(began) + time.Duration(ahead.Load()) }
	made, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { made.Close(context.Background()) })
	return anyones{made}, func(d time.Duration) { ahead.Add(int64(d)) }
}

// The machine is suspended between the question whether mozybot may act and the browser's request. When it wakes up, another replica
// may lead: nothing leaves the machine.
func TestAPressFromBeforeASuspensionIsNotSent(t *testing.T) {
	needBrowser(t)
	f := newFront()
	defer f.server.Close()
	secure := httptest.NewTLSServer(f)
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	for name, address := range map[string]string{"http": f.server.URL, "https": secure.URL} {
		t.Run(name, func(t *testing.T) {
			m := newModel(t)
			f.show(m)
			c, jump := limited(t, 5*time.Second, address, roots)
			suspended := false
			c.Guard(func() error {
				if suspended {
					jump(time.Minute)
				}
				return nil
			})
			if err := c.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			suspended = true
			if err := c.AssignDefault(t.Context(), 15, 10); provision.CodeOf(err) != provision.Internal { // no promise: whoever asked looks
				t.Errorf("the error is %v", err)
			}
			wrote(t, m)
			suspended = false
			if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
				t.Error(err)
			}
			wrote(t, m, "edit_group")
		})
	}
}

// An answer that does not come in time is not waited for: whoever asked looks, while mozybot certainly leads.
func TestAnActEndsInTime(t *testing.T) {
	needBrowser(t)
	f := newFront()
	defer f.server.Close()
	m := newModel(t)
	f.show(m)
	var holding atomic.Bool
	answer := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && holding.Load() {
			<-answer
		}
		f.ServeHTTP(w, r)
	}))
	defer slow.Close()
	c, _ := limited(t, time.Second, slow.URL, nil)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	holding.Store(true)
	err := c.AssignDefault(t.Context(), 15, 10)
	close(answer)
	code(t, err, provision.Internal, "HTTP status 502")
	if r, err := c.Read(t.Context(), provision.Look{Storage: true}); err != nil || r.Default.AssignedGB != 15 && r.Default.AssignedGB != 10 {
		t.Errorf("%+v, %v", r.Default, err)
	}
}
