package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// exposure is what "systemd-analyze security" may find at most, in tenths of its ten points. The browser's namespaces, sockets
// and compiled code are in it.
const exposure = "25"

// units has systemd read the units, and say how exposed the bot is.
func units(ctx context.Context, r repository) (string, error) {
	if err := needs("systemd-analyze"); err != nil {
		return "", err
	}
	// It wants the programs to be there. Only their paths are other.
	dir := filepath.Join(r.scratch, "units")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	var files []string
	for _, name := range []string{"mozybot.service", "mozybot-doctor.service"} {
		content, err := os.ReadFile(filepath.Join(r.deploy, name))
		if err != nil {
			return "", err
		}
		file := filepath.Join(dir, name)
		files = append(files, file)
		if err := os.WriteFile(file, bytes.ReplaceAll(content, []byte("/usr/local/bin/mozybot"), []byte(r.mozybot)), 0o600); err != nil {
			return "", err
		}
	}
	verify := exec.CommandContext(ctx, "systemd-analyze", append([]string{"verify"}, files...)...)
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		return "", fmt.Errorf("systemd-analyze verify says: %s %w", out, err)
	}
	told, err := output(ctx, dir, "systemd-analyze", "security", "--offline=true", "--threshold="+exposure, files[0])
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSpace(told), "\n")
	return "systemd takes them. " + strings.TrimLeft(lines[len(lines)-1], "→ "), nil
}

// runUnits starts both units in a systemd of their own, against a sandbox beside it: the doctor must find nothing wrong, and the
// bot must come to be ready with its browser's sandbox on, and end when it is told to.
func runUnits(ctx context.Context, r repository) (string, error) {
	if os.Getuid() != 0 {
		return "", notHere("a machine is started as root alone")
	}
	if err := needs("systemd-nspawn", "debootstrap"); err != nil {
		return "", err
	}
	root, err := debian(ctx, r)
	if err != nil {
		return "", err
	}
	machine := filepath.Join(r.scratch, "machine")
	if _, err := output(ctx, "", "cp", "-a", "--reflink=auto", root, machine); err != nil {
		return "", err
	}
	if err := inChroot(ctx, machine, "apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd systemd-sysv >/dev/null && userdel mozybot && useradd --system --home-dir /var/lib/mozybot mozybot"); err != nil {
		return "", err
	}
	around, err := startSandbox(ctx, r)
	if err != nil {
		return "", err
	}
	defer around.stop()
	if err := install(r, machine, around.env); err != nil {
		return "", err
	}
	limited, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	boot := exec.CommandContext(limited, "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=pipe", "--boot", "--directory="+machine)
	boot.Stdin = bytes.NewReader(nil)
	booted, err := boot.CombinedOutput()
	says, readErr := os.ReadFile(filepath.Join(machine, "said"))
	if readErr != nil {
		return "", fmt.Errorf("the machine did not get to its end: %w: %.2000s", errors.Join(err, readErr), booted)
	}
	for _, want := range []string{"\n0 problems", "msg=\"ready, live", "msg=stopped", "it starts with Chromium's sandbox", "doctor: success", "bot: success"} {
		if !strings.Contains(string(says), want) {
			return "", fmt.Errorf("%q is not in what the units said:\n%s", want, says)
		}
	}
	return "both units run in a systemd of their own; the doctor finds nothing wrong, the browser is in its sandbox, the bot ends when it is told to", nil
}

// script is what the machine does: it runs the doctor, starts the bot, waits until it is ready, ends it and then itself.
const script = `#!/bin/sh
exec >/said 2>&1
systemctl start mozybot-doctor
echo "doctor: $(systemctl show -P Result mozybot-doctor)"
journalctl -o cat -u mozybot-doctor
systemctl start mozybot
for i in $(seq 90); do journalctl -o cat -u mozybot | grep -q 'msg="ready' && break; sleep 1; done
systemctl stop mozybot
echo "bot: $(systemctl show -P Result mozybot)"
journalctl -o cat -u mozybot
systemctl poweroff --no-block
`

const scriptUnit = `[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/script
`

// install does what the README tells an operator to do, with the sandbox's values.
func install(r repository, machine string, env map[string]string) error {
	to := func(parts ...string) string { return filepath.Join(append([]string{machine}, parts...)...) }
	if err := os.MkdirAll(to("etc", "mozybot", "secrets"), 0o700); err != nil {
		return err
	}
	if err := os.Chmod(to("etc", "mozybot"), 0o755); err != nil {
		return err
	}
	files := map[string]string{to("script"): script, to("etc", "systemd", "system", "check.service"): scriptUnit}
	for name, value := range env {
		switch {
		case strings.HasSuffix(name, "_TOKEN"), name == "MOZY_PASSWORD":
			files[to("etc", "mozybot", "secrets", strings.ToLower(name))] = value + "\n"
		case !strings.HasPrefix(name, "IMAP_") && name != "STATE":
			files[to("etc", "mozybot", "mozybot.env")] += name + "=" + value + "\n"
		}
	}
	for _, name := range []string{"mozybot.service", "mozybot-doctor.service"} {
		content, err := os.ReadFile(filepath.Join(r.deploy, name))
		if err != nil {
			return err
		}
		files[to("etc", "systemd", "system", name)] = string(content)
	}
	for file, content := range files {
		if err := os.WriteFile(file, []byte(content), 0o700); err != nil {
			return err
		}
	}
	program, err := os.ReadFile(r.mozybot)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to("usr", "local", "bin", "mozybot"), program, 0o755); err != nil {
		return err
	}
	wants := to("etc", "systemd", "system", "graphical.target.wants")
	if err := os.MkdirAll(wants, 0o755); err != nil {
		return err
	}
	return os.Symlink("/etc/systemd/system/check.service", filepath.Join(wants, "check.service"))
}
