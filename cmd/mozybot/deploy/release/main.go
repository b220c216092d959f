// Command release builds what a release of mozybot is, twice in two folders with two caches, and keeps it only if both are the same,
// byte for byte. "make release" runs it; dist/ then has
//
//	mozybot_VERSION_OS_ARCH.tar.gz   the program, the README, the change log, the licences and what runs it (deploy/)
//	mozybot_VERSION_OS_ARCH.cdx.json what is inside, as a CycloneDX bill of materials
//	CHANGELOG.md                     what has changed since the release before, from the commits
//	LICENSES.txt                     the licences of all that is inside
//	SHA256SUMS                       of all these
//
// The version is the Git tag, or says how far the commit is behind it. Only what is committed is built. It is a module of its own,
// so that what makes a release is no part of one.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// target is a machine that a release is for.
type target struct{ os, arch string }

var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "arm64"}}

// source is the commit that a release is made of.
type source struct {
	root    string
	commit  string
	version string
	when    time.Time // of the commit: every date in a release
	since   string    // the tag of the release before; "" for the first
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	once := flag.Bool("once", false, "build once, and don't compare: for trying it")
	to := flag.String("to", "dist", "the `folder` that the release is put into; what is there is replaced")
	flag.Parse()
	if err := release(ctx, *to, *once); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func release(ctx context.Context, to string, once bool) (err error) {
	s, err := readSource(ctx)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(s.root, to)
	}
	scratch, err := os.MkdirTemp("", "mozybot-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeAll(scratch)) }()
	fmt.Printf("building %s of %s\n", s.version, s.commit[:12])
	first := filepath.Join(scratch, "first")
	if err := s.build(ctx, first, ""); err != nil {
		return err
	}
	if !once {
		fmt.Println("building it again, in another folder and without a cache")
		second := filepath.Join(scratch, "a-second-folder")
		if err := s.build(ctx, second, filepath.Join(scratch, "cache")); err != nil {
			return err
		}
		if err := same(filepath.Join(first, "dist"), filepath.Join(second, "dist")); err != nil {
			return err
		}
		fmt.Println("both are the same, byte for byte")
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(filepath.Join(first, "dist"))); err != nil {
		return fmt.Errorf("keeping the release: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(to, "SHA256SUMS"))
	fmt.Printf("%s\n%s", to, sums)
	return err
}

// readSource asks Git what is released.
func readSource(ctx context.Context) (s source, err error) {
	ask := func(args ...string) string {
		out, failed := run(ctx, "", nil, "git", args...)
		err = errors.Join(err, failed)
		return strings.TrimSpace(out)
	}
	s.root, s.commit = ask("rev-parse", "--show-toplevel"), ask("rev-parse", "HEAD")
	seconds, wrong := strconv.ParseInt(ask("log", "-1", "--format=%ct"), 10, 64)
	if err = errors.Join(err, wrong); err != nil {
		return s, fmt.Errorf("asking Git what to release: %w", err)
	}
	s.when = time.Unix(seconds, 0).UTC()
	described, failed := run(ctx, "", nil, "git", "describe", "--tags", "--match", "v[0-9]*", "--long", "--abbrev=12")
	s.version = versionOf(strings.TrimSpace(described), s.commit, s.when)
	if failed == nil { // else there is no tag
		s.since = tagBefore(ctx, strings.TrimSpace(described))
	}
	return s, nil
}

// versionOf makes a version of "v1.4.2-0-gabc", which is 1.4.2 itself, or of "v1.4.2-7-gabc", which is seven commits behind it.
func versionOf(described, commit string, when time.Time) string {
	parts := strings.Split(described, "-")
	if len(parts) < 3 {
		return "0.0.0-" + when.Format("20060102150405") + "-" + commit[:12]
	}
	tag := strings.TrimPrefix(strings.Join(parts[:len(parts)-2], "-"), "v")
	if behind := parts[len(parts)-2]; behind != "0" {
		return tag + "+" + behind + "." + strings.TrimPrefix(parts[len(parts)-1], "g")
	}
	return tag
}

// tagBefore is the tag of the release before the one that is described.
func tagBefore(ctx context.Context, described string) string {
	from := "HEAD"
	if strings.Contains(described, "-0-g") {
		from = "HEAD^"
	}
	tag, err := run(ctx, "", nil, "git", "describe", "--tags", "--match", "v[0-9]*", "--abbrev=0", from)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(tag)
}

// build makes a whole release in dir/dist, from a clone in dir. cache is a folder for compiled packages; "" for the usual one.
func (s source) build(ctx context.Context, dir, cache string) error {
	clone, dist := filepath.Join(dir, "mozybot"), filepath.Join(dir, "dist")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	if _, err := run(ctx, "", nil, "git", "clone", "--quiet", "--no-local", s.root, clone); err != nil {
		return fmt.Errorf("cloning the repository: %w", err)
	}
	if _, err := run(ctx, clone, nil, "git", "checkout", "--quiet", s.commit); err != nil {
		return fmt.Errorf("checking %s out: %w", s.commit, err)
	}
	changes, err := s.changelog(ctx, clone)
	if err != nil {
		return fmt.Errorf("writing the change log: %w", err)
	}
	whole := map[string][]byte{"CHANGELOG.md": []byte(changes)}
	all := map[string]licence{}
	for _, t := range targets {
		name := fmt.Sprintf("mozybot_%s_%s_%s", s.version, t.os, t.arch)
		program := filepath.Join(dir, name)
		if err := s.compile(ctx, clone, t, program, cache); err != nil {
			return err
		}
		inside, err := contents(ctx, clone, program)
		if err != nil {
			return fmt.Errorf("looking into %s: %w", name, err)
		}
		for _, m := range inside {
			all[m.path] = m
		}
		if whole[name+".cdx.json"], err = s.bill(t, program, inside); err != nil {
			return fmt.Errorf("writing the bill of materials of %s: %w", name, err)
		}
		licences := licenceText(inside)
		if whole[name+".tar.gz"], err = s.archive(clone, name, program, map[string][]byte{"CHANGELOG.md": whole["CHANGELOG.md"], "LICENSES.txt": licences}); err != nil {
			return fmt.Errorf("packing %s: %w", name, err)
		}
	}
	whole["LICENSES.txt"] = licenceText(sorted(all))
	whole["SHA256SUMS"] = sums(whole)
	for name, content := range whole {
		if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compile builds the program for a machine. Nothing of this one may be in it.
func (s source) compile(ctx context.Context, clone string, t target, program, cache string) error {
	env := []string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0"}
	if cache != "" {
		env = append(env, "GOCACHE="+cache)
	}
	_, err := run(ctx, clone, env, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags", "-s -w -buildid= -X main.version="+s.version, "-o", program, "./cmd/mozybot")
	if err != nil {
		return fmt.Errorf("building for %s on %s: %w", t.os, t.arch, err)
	}
	return nil
}

// run runs a program in a folder, with more in its environment.
func run(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, strings.TrimSpace(complaints.String()))
	}
	return out.String(), nil
}

// removeAll also removes folders that Go made read-only.
func removeAll(dir string) error {
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return err
	})
	return os.RemoveAll(dir)
}
