package console

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"

	"github.com/chromedp/chromedp"
)

// nowhere is a proxy that is not there: its name is reserved (RFC 6761), and the browser is told not to look it up.
const nowhere = "nowhere.invalid:80"

// egressProxy leaves the browser one way out, to the console's origin. Whatever else a page, a frame, a window, a worker or the
// browser itself asks for goes to a proxy that is not there. It is the network service's own switch, so that nothing has
// to be intercepted and no new kind of page slips past; it costs nothing.
func egressProxy(origin *url.URL) []chromedp.ExecAllocatorOption {
	options := []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP nowhere.invalid ~NOTFOUND"),
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: origin}); err == nil && proxy != nil {
		script := fmt.Sprintf(`function FindProxyForURL(url) { return url.indexOf("%s/") == 0 ? "PROXY %s" : "PROXY %s"; }`, origin, proxy.Host, nowhere)
		return append(options, chromedp.Flag("proxy-pac-url", "data:application/x-ns-proxy-autoconfig;base64,"+base64.StdEncoding.EncodeToString([]byte(script))))
	}
	port := origin.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[origin.Scheme]
	}
	host := origin.Hostname()
	if origin.Host[0] == '[' {
		host = "[" + host + "]"
	}
	return append(options,
		chromedp.Flag("proxy-server", "http://"+nowhere),
		// Loopback would else go past any proxy.
		chromedp.Flag("proxy-bypass-list", fmt.Sprintf("<-loopback>;%s://%s:%s", origin.Scheme, host, port)))
}

// behindProxy says whether the console itself is reached by a proxy, as the environment says.
func behindProxy(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil { // New has seen to it
		return false
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	return err == nil && proxy != nil
}
