package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// sandbox is mozybot's surroundings without a bot, for one that runs elsewhere on this machine.
type sandbox struct {
	process *exec.Cmd
	env     map[string]string
}

func startSandbox(ctx context.Context, r repository) (*sandbox, error) {
	dir, err := os.MkdirTemp(r.scratch, "sandbox-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "env")
	s := &sandbox{process: exec.CommandContext(ctx, r.mozybot, "sandbox", "--no-bot", "--listen", "127.0.0.1:0", "--env-file", file), env: map[string]string{}}
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 600 {
		content, err := os.ReadFile(file)
		if err == nil && len(content) > 0 {
			for line := range strings.Lines(string(content)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				s.env[name] = strings.Trim(value, `'"`)
			}
			return s, nil
		}
		<-tick.C
	}
	s.stop()
	return nil, errors.New("the sandbox did not say that it is there")
}

func (s *sandbox) stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM) // it may have ended
	_ = s.process.Wait()
}
