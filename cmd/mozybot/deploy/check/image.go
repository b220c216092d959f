package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// image builds the image wherever a builder is. Where none is, the Dockerfile's own steps are run on a Debian of their own, and
// what it starts is started there as its user, with a root that cannot be written: the doctor must find nothing wrong.
func image(ctx context.Context, r repository) (string, error) {
	for _, builder := range [][]string{{"docker", "build", "--quiet", "."}, {"buildah", "build", "--quiet", "."}} {
		if exec.CommandContext(ctx, builder[0], "info").Run() == nil {
			_, err := output(ctx, r.root, builder[0], builder[1:]...)
			return "built by " + builder[0], err
		}
	}
	if os.Getuid() != 0 {
		return "", notHere("no docker engine and no buildah here, and only root can make a Debian in its place")
	}
	if err := needs("debootstrap", "unshare"); err != nil {
		return "", err
	}
	root, err := debian(ctx, r)
	if err != nil {
		return "", err
	}
	around, err := startSandbox(ctx, r)
	if err != nil {
		return "", err
	}
	defer around.stop()
	file, err := readDockerfile(r)
	if err != nil {
		return "", err
	}
	says, err := file.start(ctx, root, around.env, "doctor")
	if err != nil {
		return "", err
	}
	if !strings.Contains(says, "\n0 problems") {
		return "", fmt.Errorf("the doctor says:\n%s", says)
	}
	return "no builder here; its steps run on a Debian of their own, and as user " + file.user + " with a read-only root the doctor finds nothing wrong", nil
}

// dockerfile is what of the Dockerfile's last stage matters for running it.
type dockerfile struct {
	suite, run, user string
	env              []string
	entrypoint       []string
}

func readDockerfile(r repository) (d dockerfile, err error) {
	content, err := os.ReadFile(filepath.Join(r.root, "Dockerfile"))
	if err != nil {
		return d, err
	}
	text := strings.ReplaceAll(string(content), "\\\n", "")
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "FROM": // only the last stage counts
			d = dockerfile{suite: strings.TrimSuffix(strings.TrimPrefix(rest, "debian:"), "-slim")}
		case "RUN":
			d.run = rest
		case "USER":
			d.user = rest
		case "ENV":
			d.env = append(d.env, strings.Fields(rest)...)
		case "ENTRYPOINT":
			for _, part := range strings.Split(strings.Trim(rest, "[]"), ",") {
				d.entrypoint = append(d.entrypoint, strings.Trim(part, ` "`))
			}
		}
	}
	if d.suite == "" || d.run == "" || d.user == "" || len(d.entrypoint) == 0 {
		return d, errors.New("the Dockerfile's last stage has no FROM debian:…, RUN, USER or ENTRYPOINT")
	}
	return d, nil
}

// debian is a root folder made by the Dockerfile's steps, with today's program in it. What Debian has of it is kept for the next
// time.
func debian(ctx context.Context, r repository) (string, error) {
	d, err := readDockerfile(r)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	root := filepath.Join(cache, "mozybot-deploy", fmt.Sprintf("%x", sha256.Sum256([]byte(d.suite+d.run)))[:12])
	if _, err := os.Stat(filepath.Join(root, "done")); err != nil {
		if err := errors.Join(os.RemoveAll(root), os.MkdirAll(root, 0o755)); err != nil {
			return "", err
		}
		if _, err := output(ctx, "", "debootstrap", "--variant=minbase", d.suite, root, "http://deb.debian.org/debian"); err != nil {
			return "", err
		}
		if err := inChroot(ctx, root, d.run); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(root, "done"), nil, 0o600); err != nil {
			return "", err
		}
	}
	_, err = output(ctx, "", "install", "-m", "0755", r.mozybot, filepath.Join(root, "usr", "local", "bin", "mozybot"))
	return root, err
}

// inChroot runs a step of a Dockerfile, as root, with this machine's network.
func inChroot(ctx context.Context, root, step string) error {
	resolver, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "etc", "resolv.conf"), resolver, 0o644); err != nil {
		return err
	}
	_, err = output(ctx, "", "unshare", "--mount", "--pid", "--fork", "sh", "-ec", `
		mount -t proc proc "$0/proc"
		exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -ec "$1"`, root, step)
	return err
}

// start starts the image's entry point with a command, as its user, without any right, on a root that cannot be written.
func (d dockerfile) start(ctx context.Context, root string, env map[string]string, command string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	args := []string{"--mount", "--pid", "--fork", "--ipc", "sh", "-ec", `
		root=$0
		mount --bind "$root" "$root"
		mount -o remount,bind,ro "$root"
		mount -t proc proc "$root/proc"
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		mount -t tmpfs -o mode=0700,uid=$(chroot "$root" id -u ` + d.user + `),gid=$(chroot "$root" id -g ` + d.user + `) tmpfs "$root/data"
		mount --rbind /dev "$root/dev"
		uid=$(chroot "$root" id -u ` + d.user + `)
		exec chroot "$root" setpriv --reuid $uid --regid $uid --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/` + d.user + ` "$@"`, root}
	args = append(args, d.env...)
	for name, value := range env {
		if !strings.HasPrefix(name, "IMAP_") && name != "STATE" && name != "HEALTH_ADDR" {
			args = append(args, name+"="+value)
		}
	}
	args = append(append(args, d.entrypoint...), command)
	return output(limited, "", "unshare", args...)
}
