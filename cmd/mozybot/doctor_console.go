package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/console"
)

// consoleDoctor looks at the console with a browser of its own, each check by what the one before has left.
type consoleDoctor struct {
	config  config.Config
	log     logrus.FieldLogger
	console *console.Console // once the browser was found
	inside  bool             // the console let us in
	kept    string           // the folder for pictures of what the console should not have shown
}

func (d *consoleDoctor) close() {
	if d.console != nil {
		ctx, cancel := context.WithTimeout(context.Background(), browserGrace)
		defer cancel()
		d.console.Close(ctx)
	}
	if d.kept != "" {
		_ = os.Remove(d.kept) // which pictures prevent
	}
}

func (d *consoleDoctor) browser(ctx context.Context) (string, error) {
	found, err := console.FindChromium(d.config.Chromium)
	if err != nil {
		return "", err
	}
	if d.kept, err = os.MkdirTemp("", "mozybot-doctor-"); err != nil {
		return "", fmt.Errorf("making a folder for pictures: %w", err)
	}
	at := d.config.Console(d.kept)
	at.Log = d.log
	d.console, err = console.New(at)
	return found, err
}

// start starts the browser and ends it with the last check. How it runs is worth knowing, too.
func (d *consoleDoctor) start(ctx context.Context) (string, error) {
	if d.console == nil {
		return "", errLater
	}
	how, err := d.console.StartBrowser(ctx)
	if err != nil {
		return "", fmt.Errorf("%s CHROMIUM and CHROMIUM_SANDBOX say what is started and how", provision.Sentences(err))
	}
	return "it starts " + how, nil
}

func (d *consoleDoctor) login(ctx context.Context) (string, error) {
	if d.console == nil {
		return "", errLater
	}
	if err := d.console.Login(ctx, provision.JobStep{}); err != nil {
		return "", fmt.Errorf("%s MOZY_URL, MOZY_USERNAME and MOZY_PASSWORD or MOZY_PASSWORD_FILE say where and as whom", provision.Sentences(err))
	}
	d.inside = true
	return d.config.MozyUsername + " is let in at " + d.config.MozyURL, nil
}

// panels is the check that every job begins with.
func (d *consoleDoctor) panels(ctx context.Context) (string, error) {
	if !d.inside {
		return "", errLater
	}
	if err := d.console.Check(ctx, provision.JobStep{Job: "doctor"}, d.config.MozyAdminRole); err != nil {
		if kept := provision.EvidenceOf(err); len(kept) > 0 {
			err = fmt.Errorf("%s See %s in %s", provision.Sentences(err), strings.Join(kept, " and "), d.kept)
		}
		return "", err
	}
	return fmt.Sprintf("everything the steps need is there, and so is the role %q", d.config.MozyAdminRole), nil
}

func (d *consoleDoctor) passwordAge(context.Context) (string, error) {
	switch notice := d.config.PasswordNotice(time.Now()); {
	case notice != "" && time.Now().After(d.config.PasswordExpires()):
		return "", errors.New(notice)
	case notice != "":
		return "", warning(notice)
	}
	if d.config.MozyPasswordSet == "" {
		return "its age is not watched; MOZY_PASSWORD_SET would say how old it is", nil
	}
	return fmt.Sprintf("set on %s, good for %d days", d.config.MozyPasswordSet, d.config.MozyPasswordMaxAge), nil
}
