package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// alerts has promtool check the rules, and run their tests.
func alerts(ctx context.Context, r repository) (string, error) {
	if err := needs("promtool"); err != nil {
		return "", err
	}
	if _, err := output(ctx, r.deploy, "promtool", "check", "rules", "alerts.yml"); err != nil {
		return "", err
	}
	_, err := output(ctx, r.deploy, "promtool", "test", "rules", "alerts_test.yml")
	return "promtool takes them, and their tests pass", err
}

// expressions are the queries of a Grafana dashboard.
func expressions(file string) (all []string, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
		Annotations struct{ List []struct{ Expr string } }
	}
	if err := json.Unmarshal(content, &d); err != nil {
		return nil, err
	}
	seen := map[int]string{}
	for _, p := range d.Panels {
		if other := seen[p.ID]; other != "" {
			return nil, fmt.Errorf("%q and %q have one id", other, p.Title)
		}
		seen[p.ID] = p.Title
		for _, t := range p.Targets {
			all = append(all, t.Expr)
		}
	}
	for _, a := range d.Annotations.List {
		all = append(all, a.Expr)
	}
	if len(all) == 0 {
		return nil, errors.New("it asks nothing")
	}
	return all, nil
}

// dashboard has promtool read each query, as rules.
func dashboard(ctx context.Context, r repository) (string, error) {
	all, err := expressions(filepath.Join(r.deploy, "dashboard.json"))
	if err != nil {
		return "", err
	}
	if err := needs("promtool"); err != nil {
		return "", err
	}
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for i, expr := range all {
		rules = append(rules, rule{fmt.Sprintf("query:%d", i), strings.ReplaceAll(expr, "$job", "mozybot")})
	}
	content, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(r.scratch, "dashboard.yml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return "", err
	}
	_, err = output(ctx, "", "promtool", "check", "rules", file)
	return fmt.Sprintf("%d queries that promtool takes; no Grafana here to draw them", len(all)), err
}
