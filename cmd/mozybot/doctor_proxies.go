package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"mozybot/provision/proxy"
)

// proxies says which proxy leads where. Whether it takes us, the checks of those places show.
func (d *doctor) proxies(context.Context) (string, error) {
	var ways []string
	for _, place := range []struct{ name, address string }{
		{"the console", d.config.MozyURL}, {"Slack", d.config.SlackAPIURL}, {"the task tracker", d.config.SingularityURL},
	} {
		u, err := url.Parse(place.address)
		if err != nil { // check has seen to it
			continue
		}
		via, err := proxy.For(u)
		if err != nil {
			return "", err
		}
		if via != nil {
			ways = append(ways, fmt.Sprintf("%s by %s://%s", place.name, via.Scheme, via.Host))
		}
	}
	if len(ways) == 0 {
		return "none is used", nil
	}
	return strings.Join(ways, ", "), nil
}
