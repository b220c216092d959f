// Command check looks whether what lies beside it in deploy/ is what systemd, Compose, Kubernetes, Prometheus and Docker take, as
// far as the machine that it runs on can tell. It says a line of each, and of what it could not look at, why. "make deploy-test"
// runs it, as root for all of it.
//
// It is a module of its own, so that the libraries of Compose and Kubernetes are no part of mozybot. That the files name
// variables and metrics that there are is a test of cmd/mozybot, which needs no tool.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// check is one look at what is shipped. found is what is well.
type check struct {
	name string
	look func(ctx context.Context, r repository) (found string, err error)
}

var checks = []check{
	{"systemd units", units},
	{"systemd units, run", runUnits},
	{"Compose file", composeFile},
	{"Kubernetes manifests", manifests},
	{"alerts", alerts},
	{"dashboard", dashboard},
	{"image", image},
}

// notHere is why something could not be looked at on this machine.
type notHere string

func (n notHere) Error() string { return string(n) }

// repository is where what is checked lies, and a mozybot built from it.
type repository struct {
	root, deploy, scratch string
	mozybot               string
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	code, err := run(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		code = 1
	}
	os.Exit(code)
}

// run checks all, or those whose names contain one of the words given.
func run(ctx context.Context, words []string) (code int, err error) {
	r, err := here(ctx)
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(r.scratch)
	for _, c := range checks {
		if !wanted(c.name, words) {
			continue
		}
		found, err := c.look(ctx, r)
		var missing notHere
		switch {
		case errors.As(err, &missing):
			fmt.Printf("-     %s: not checked: %v\n", c.name, missing)
		case err != nil:
			fmt.Printf("FAIL  %s: %v\n", c.name, err)
			code = 1
		default:
			fmt.Printf("ok    %s: %s\n", c.name, found)
		}
	}
	return code, nil
}

func wanted(name string, words []string) bool {
	for _, word := range words {
		if strings.Contains(strings.ToLower(name), strings.ToLower(word)) {
			return true
		}
	}
	return len(words) == 0
}

// here finds the repository that this runs in, and builds mozybot as the Dockerfile does.
func here(ctx context.Context) (repository, error) {
	root, err := output(ctx, "", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return repository{}, fmt.Errorf("finding the repository: %w", err)
	}
	r := repository{root: strings.TrimSpace(root)}
	r.deploy = filepath.Join(r.root, "cmd", "mozybot", "deploy")
	if r.scratch, err = os.MkdirTemp("", "mozybot-deploy-"); err != nil {
		return repository{}, err
	}
	r.mozybot = filepath.Join(r.scratch, "mozybot")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", r.mozybot, "./cmd/mozybot")
	build.Dir, build.Env = r.root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return repository{}, errors.Join(fmt.Errorf("building mozybot: %w: %s", err, out), os.RemoveAll(r.scratch))
	}
	return r, nil
}

// output runs a program in a folder; what it complained of is a part of the error.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(out.String()+complaints.String()))
	}
	return out.String(), nil
}

// needs says that a program is missing, if it is.
func needs(names ...string) error {
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			return notHere("no " + name + " here")
		}
	}
	return nil
}
