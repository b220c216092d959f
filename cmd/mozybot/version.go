package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mozybot/provision"
)

// version is set by whoever builds a release: -ldflags "-X main.version=1.4.2". Else Go's own stamp tells it.
var version string

// build is which program this is, as far as its build says.
type build struct {
	Version, Revision, Time, Go string
	Modified                    bool // built from a folder with changes that are in no revision
}

// thisBuild is what was stamped into this program.
func thisBuild() build {
	b := build{Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version, b.Go = cmp.Or(version, info.Main.Version), info.GoVersion
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Name is how people call this version: its release, or else the beginning of its revision; "" when it has neither.
func (b build) Name() string {
	if b.Version != "" && b.Version != "(devel)" && !strings.HasPrefix(b.Version, "v0.0.0-") {
		return strings.TrimPrefix(b.Version, "v")
	}
	return b.Revision[:min(len(b.Revision), 12)]
}

func (b build) String() string {
	parts := []string{b.Go}
	if b.Revision != "" {
		parts = append([]string{"revision " + b.Revision[:min(len(b.Revision), 12)], b.Time}, parts...)
	}
	if b.Modified {
		parts = append(parts, "with changes since")
	}
	return fmt.Sprintf("mozybot %s (%s)", cmp.Or(b.Name(), "development build"), strings.Join(parts, ", "))
}

// versionCommand says which program this is.
func versionCommand() *cobra.Command {
	return newCommand("version", "say which version this is", func(_ context.Context, _ []string, stdout, _ io.Writer) error {
		_, err := fmt.Fprintln(stdout, thisBuild())
		return err
	})
}

// thisInstance is this running copy of the bot, as people find it on its machine.
func thisInstance(started time.Time) provision.Instance {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return provision.Instance{Host: host, PID: os.Getpid(), Started: started}
}
