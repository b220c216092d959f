package console

import (
	"fmt"
	"net/url"

	"github.com/chromedp/chromedp"
)

// nowhere is a proxy that is not there: its name is reserved (RFC 6761), and the browser is told not to look it up.
const nowhere = "nowhere.invalid:80"

// egressProxy leaves the browser one way out, to the console's origin. Whatever else a page, a frame, a window, a worker or the
// browser itself asks for goes to a proxy that is not there, or to our relay, which goes nowhere else. It is the network
// service's own switch, so that nothing has to be intercepted and no new kind of page slips past; it costs nothing. No
// script is used to choose proxies: Chromium would go past it to this machine's own services.
func egressProxy(origin *url.URL, by *relay) []chromedp.ExecAllocatorOption {
	options := []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP nowhere.invalid ~NOTFOUND"),
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	}
	proxy, direct := nowhere, "<-loopback>" // which would else go past any proxy
	if by == nil {
		direct += fmt.Sprintf(";%s://%s", origin.Scheme, addrOf(origin))
	} else {
		proxy = by.addr
	}
	if by != nil && by.pin != "" {
		options = append(options, chromedp.Flag("ignore-certificate-errors-spki-list", by.pin))
	}
	return append(options, chromedp.Flag("proxy-server", "http://"+proxy), chromedp.Flag("proxy-bypass-list", direct))
}
