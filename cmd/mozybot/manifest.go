package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
)

//go:embed manifest.yaml
var manifest string

// manifestCommand prints the Slack app's manifest, so that setting Slack up is one paste.
func manifestCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("manifest", "mozybot manifest", stderr)
	rest, code, stop := parse(f, args)
	if stop {
		return code
	}
	if len(rest) > 0 {
		return misuse(f, "it takes no argument %q", rest[0])
	}
	fmt.Fprint(stdout, manifest)
	return exitOK
}
