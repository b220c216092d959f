package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/state/bolt"
)

// checkStateChild is the hidden subcommand in which this program looks through a state file and may die of it.
const checkStateChild = "check-state"

// checkState is how this program checks state files: in children of itself.
func checkState(path string) error {
	program, err := ownProgram()
	if err != nil {
		return err
	}
	return bolt.CheckIn(path, program, checkStateChild)
}

// checkStateOf is the other end of checkState.
func checkStateOf(_ context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) != 1 {
		return misusef("it takes one file")
	}
	return exitWith(bolt.ServeCheck(args[0], stdout))
}

// verifyStateChild is the hidden subcommand in which this program verifies a backup that the bot made.
const verifyStateChild = "verify-state"

// verifyState is how the bot verifies its backups: in children of this program.
func verifyState(ctx context.Context, path string) (v bolt.Verified, err error) {
	program, err := ownProgram()
	if err != nil {
		return v, err
	}
	return bolt.VerifyIn(ctx, path, program, verifyStateChild)
}

// verifyStateOf is the other end of verifyState.
func verifyStateOf(ctx context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) != 1 {
		return misusef("it takes one file")
	}
	defer collectLess()()
	return bolt.ServeVerify(ctx, args[0], stdout)
}

// backupCommand writes a copy of the state file, whether a bot has it open or not.
func backupCommand() *cobra.Command {
	var force bool
	c := ofOneFile(newCommand("backup FILE [--force]", "copy the state file, also while the bot runs", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		return backup(ctx, args[0], force, stdout, stderr)
	}))
	c.Long = "It writes the state of one moment into FILE, also while the bot runs, and verifies it."
	c.Flags().BoolVar(&force, "force", false, "replace FILE if it is there")
	return c
}

func backup(ctx context.Context, file string, force bool, stdout, stderr io.Writer) error {
	c, err := config.Some(stateVariables...)
	if err != nil {
		return err
	}
	path, target := c.State, file
	if _, err := os.Lstat(file); err == nil {
		if !force {
			return fmt.Errorf("%s is there already. Name another file, or replace it with --force", file)
		}
		if same(file, path) {
			return fmt.Errorf("%s is the state file itself", file)
		}
		target = fmt.Sprintf("%s.%d", file, os.Getpid()) // what a killed one left is in nobody's way
	}
	shown := showProgress(stderr, "Copying and verifying "+sized(path))
	defer shown()
	defer collectLess()()
	s, done, err := lookIntoState(ctx, c)
	if err != nil {
		return err
	}
	v, err := s.Backup(ctx, target)
	shown()
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	if target != file {
		if err := os.Rename(target, file); err != nil {
			return fmt.Errorf("replacing %s: %w", file, err)
		}
		fmt.Fprintf(stdout, "Replaced the earlier %s.\n", file)
	}
	fmt.Fprintf(stdout, "Backed up %s to %s, and verified it.\n%s", path, file, summaryOf(v))
	return nil
}

// collectLess lets garbage grow until the function it gives is called: whoever verifies a state makes much and keeps little, and
// collecting it is a fifth of the work.
func collectLess() (asBefore func()) {
	percent := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(percent) }
}

func same(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}

// restoreCommand puts a backup in the place of the state file.
func restoreCommand() *cobra.Command {
	var aside bool
	c := ofOneFile(newCommand("restore FILE [--move-aside]", "put a backup in the state file's place", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		return restore(ctx, args[0], aside, stdout, stderr)
	}))
	c.Long = "It verifies the backup FILE and puts a copy of it where STATE says. The bot must be stopped."
	c.Flags().BoolVar(&aside, "move-aside", false, "when there is a state file, give it another name first")
	return c
}

func restore(ctx context.Context, file string, aside bool, stdout, stderr io.Writer) error {
	c, err := config.Some(stateVariables...)
	if err != nil {
		return err
	}
	if c.InEtcd() {
		return restoreShared(ctx, c, file, aside, stdout, stderr)
	}
	path := c.State
	if same(file, path) {
		return fmt.Errorf("%s is the state file itself", file)
	}
	moved := ""
	if _, err := os.Lstat(path); err == nil {
		if bolt.InUse(path) {
			return fmt.Errorf("the state file %s is in use. Stop the bot first", path)
		}
		if !aside {
			return fmt.Errorf("there is a state file, %s. Move it away, or have it moved aside with --move-aside", path)
		}
		moved = path + ".before-" + time.Now().UTC().Format("20060102T150405Z")
		if err := os.Rename(path, moved); err != nil {
			return fmt.Errorf("moving the state file aside: %w", err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	shown := showProgress(stderr, "Verifying and restoring "+sized(file))
	v, err := bolt.Restore(ctx, file, path, checkState)
	shown()
	if err != nil {
		if moved != "" {
			err = errors.Join(err, os.Rename(moved, path)) // as it was
		}
		return err
	}
	if moved != "" {
		fmt.Fprintf(stdout, "The state file that was there is now %s.\n", filepath.Base(moved))
	}
	fmt.Fprintf(stdout, "Restored %s to %s, and verified it.\n%s", file, path, summaryOf(v))
	return printOpenJobs(ctx, path, stdout)
}

// printOpenJobs names the jobs that will go on: the backup does not know whether they did since it was made.
func printOpenJobs(ctx context.Context, path string, stdout io.Writer) error {
	s, err := bolt.OpenReadOnly(path, checkState)
	if err != nil {
		return err
	}
	return printJobsOf(ctx, s, s.Close, stdout)
}

func printJobsOf(ctx context.Context, s *bolt.Store, done func() error, stdout io.Writer) error {
	jobs, err := s.Jobs(ctx, provision.Approved, provision.Running)
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	for _, j := range jobs {
		fmt.Fprintf(stdout, "Job %s is %s there and continues when the bot starts. It looks at the console before each step, and asks in its thread before it sends the welcome mail.\n", j.ID, j.State())
	}
	return nil
}
