package console

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// While an act's time is up, another tab's page is not reached: that is no other address, and the console may be tried again.
func TestWhatIsAskedForAfterAnActsTimeIsNotAnotherAddress(t *testing.T) {
	now := time.Duration(0)
	acts := newActLimit(time.Hour, func() time.Duration { return now })
	r, err := relayConfig{origin: &url.URL{Scheme: "https", Host: "console.example.com"}, acts: acts}.start()
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	refused := errors.New("page load error net::ERR_TUNNEL_CONNECTION_FAILED")
	connect := func(host string) {
		t.Helper()
		answer := httptest.NewRecorder()
		if r.ServeHTTP(answer, &http.Request{Method: http.MethodConnect, Host: host, URL: &url.URL{Host: host}}); answer.Code < 400 {
			t.Fatalf("the browser is connected with %s", host)
		}
	}
	if connect("elsewhere.example.com:443"); !r.refuses(refused) {
		t.Error("another address is not refused")
	}
	act := acts.begin()
	now = 2 * time.Hour
	if connect("console.example.com:443"); r.refuses(refused) || !errors.Is(r.why(), errActOver) {
		t.Errorf("the console itself passes for another address: %v", r.why())
	}
	act.end()
}
