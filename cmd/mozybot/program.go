package main

import (
	"fmt"
	"os"
	"runtime"
)

// thisProgram is the program that runs, also after another was put in its place: the kernel keeps it as long as it runs.
const thisProgram = "/proc/self/exe"

// ownProgram is what children of this program are started from. Where there is no /proc it is a file, which must stay where
// it is as long as the bot runs.
func ownProgram() (string, error) {
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(thisProgram); err == nil {
			return thisProgram, nil
		}
	}
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	return program, nil
}
