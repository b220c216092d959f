package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// dashboardDrawn is what a Prometheus shows of a bot that carries out some orders: the queries of deploy/dashboard.json, drawn by
// Prometheus itself, since Debian has no Grafana.
func dashboardDrawn(st *stage, _ *camera) {
	t := st.t
	const orders = 12 // the last of which gets stuck
	began := time.Now()
	watched := newStage(t)
	health := freeAddr(t)
	mozybot(t, watched.s, filepath.Join(watched.dir, "mozybot.db"), "serve", "HEALTH_ADDR="+health)
	page := watchedByPrometheus(t, health)
	wait := func(conditions ...condition) { // watched.until asks a bot of this process
		for _, c := range conditions {
			until(t, c.name, func() bool { return c.holds(watched) })
		}
	}
	for job := 1; job <= orders; job++ {
		if job == orders {
			watched.fault("console", "payment_refused", "1")
		}
		watched.dropContent("requester", "order.txt", fmt.Sprintf(
			"Company: Customer %d Inc.\nContact: Ann Lee\nEmail: ann%d@example.com\nTask: %d\n\n30 x 1 GB Storage\n", job, job, 48000+job))
		wait(offers(job, "approve"))
		watched.press("approver", "approve", job)
		if job < orders {
			wait(says(job, "result", "done"))
		}
	}
	wait(says(orders, "stuck.1", "stuck"), offers(orders, "retry"))
	c := newCamera(t, watched.s.URL())
	c.opens(1240, fmt.Sprintf("%s?seconds=%.0f", page, time.Since(began).Seconds()+5))
	c.do(chromedp.WaitReady("body[data-ready]"), chromedp.WaitNotPresent(".prom_graph_loading"))
	c.takes("dashboard.png", "body > div")
}

// watchedByPrometheus starts one that asks the bot at this address each second, and gives the address of the dashboard in it.
func watchedByPrometheus(t *testing.T, bot string) string {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatal("the picture of the dashboard needs Prometheus: apt-get install prometheus")
	}
	panels, err := os.ReadFile("deploy/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("testdata/dashboard/mozybot.html")
	if err != nil {
		t.Fatal(err)
	}
	// Prometheus reads its pages as templates, in which two braces begin an action.
	written := strings.ReplaceAll(string(panels), "{{", `{{"{{"}}`)
	dir, addr := t.TempDir(), freeAddr(t)
	for name, content := range map[string]string{
		"mozybot.html": strings.Replace(string(page), "DASHBOARD", written, 1),
		"prometheus.yml": fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s}\n"+
			"scrape_configs: [{job_name: mozybot, static_configs: [{targets: [%q]}]}]\n", bot),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(program, "--config.file", filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path", filepath.Join(dir, "data"),
		"--web.listen-address", addr, "--web.console.templates", dir, "--web.console.libraries", dir, "--log.level=error")
	c.Stderr = t.Output()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(t, c) })
	until(t, "Prometheus answers", func() bool {
		answer, err := http.Get("http://" + addr + "/-/ready")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	return "http://" + addr + "/consoles/mozybot.html"
}
