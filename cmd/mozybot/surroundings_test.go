package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mozybot/fixtures/executable"
	"mozybot/fixtures/sandbox"
	"mozybot/provision/proxy/proxytest"
)

// exitCode waits for a program that is to end by itself. One that does not tells where it hangs.
func exitCode(t testing.TB, c *exec.Cmd) int {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		_ = c.Process.Signal(syscall.SIGQUIT) // a Go program then says what each of its goroutines waits for
		select {
		case <-ended:
		case <-time.After(time.Minute):
			_ = c.Process.Kill()
			<-ended
		}
		t.Fatalf("mozybot did not end within a minute: see its goroutines above")
	}
	return c.ProcessState.ExitCode()
}

// standIn is a program that stands where another should.
func standIn(t *testing.T, body string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "chromium")
	if err := executable.Write(name, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return name
}

// Whatever CHROMIUM is, the bot says what is wrong with it and ends when it is told to.
func TestTheBotEndsWhateverItsBrowserIs(t *testing.T) {
	t.Parallel()
	for name, chromium := range map[string]string{
		"none":                     "/nowhere/chromium",
		"no program":               standIn(t, "what a download left"),
		"one that ends":            standIn(t, "#!/bin/sh\nexit 1\n"),
		"one that never answers":   standIn(t, "#!/bin/sh\nsleep 1000\n"),
		"one that does not listen": standIn(t, "#!/bin/sh\ntrap '' TERM INT\nsleep 1000\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			heard := &lines{}
			bot := mozybotIn(t, s, heard, nil, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "LOG_LEVEL=info", "CHROMIUM="+chromium, "SHUTDOWN_GRACE=1s")
			until(t, "it is at work", func() bool { return heard.have("connected to Slack") || heard.have("console cannot be reached") })
			if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(t, bot); code != exitOK || !heard.have("stopped") {
				t.Errorf("exit code %d after: %s", code, heard.all())
			}
		})
	}
}

// A terminal that closes, or a log-in that ends, says so by SIGHUP.
func TestAClosedTerminalEndsTheBotAsItIsAskedTo(t *testing.T) {
	t.Parallel()
	caught := make(chan os.Signal, 1) // what a process catches its children don't ignore, even where the tests run under nohup
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	s := startSandbox(t)
	heard := &lines{}
	bot := mozybotIn(t, s, heard, nil, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "LOG_LEVEL=info", "CHROMIUM=/nowhere/chromium")
	until(t, "it is at work", func() bool { return heard.have("console cannot be reached") })
	for _, asked := range []string{"stopping: nothing new begins", "stopped"} { // by the kernel, and by the shell
		if err := bot.Process.Signal(syscall.SIGHUP); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		until(t, asked, func() bool { return heard.have(asked) })
	}
	if code := exitCode(t, bot); code != exitOK {
		t.Errorf("exit code %d after: %s", code, heard.all())
	}
}

func TestUnderNohupAClosedTerminalChangesNothing(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	heard := &lines{}
	bot := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "LOG_LEVEL=info", "CHROMIUM=/nowhere/chromium")
	bot.Args = append([]string{"nohup", bot.Path}, bot.Args[1:]...)
	bot.Path, bot.Err = exec.LookPath("nohup")
	bot.Stdout, bot.Stderr = heard, heard
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Process.Kill() }) // it has ended, unless the test failed
	until(t, "it is at work", func() bool { return heard.have("console cannot be reached") })
	if err := bot.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, bot); code != exitOK || !heard.have("stopped") {
		t.Errorf("exit code %d after: %s", code, heard.all())
	}
}

func TestAHealthAddressThatIsTakenEndsTheBot(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	heard := &lines{}
	bot := mozybotIn(t, s, heard, nil, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "CHROMIUM="+standIn(t, "#!/bin/sh\nsleep 1000\n"),
		"HEALTH_ADDR="+taken.Addr().String(), "SHUTDOWN_GRACE=1s")
	if code := exitCode(t, bot); code != exitFailed || !heard.have("is another mozybot running here?") {
		t.Errorf("exit code %d after: %s", code, heard.all())
	}
}

func TestTheEndDoesNotWaitForWhatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		released := make(chan struct{})
		time.AfterFunc(time.Hour, cancel) // it works for an hour first
		began := time.Now()
		err := inTime(ctx, time.Minute, func() error { <-released; return nil })
		if !errors.Is(err, errNotEnded) || time.Since(began) != time.Hour+time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		close(released)
	})
}

// A log that goes down a pipe has a reader, and that may die.
func TestTheBotOutlivesTheReaderOfItsLog(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	bot := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "LOG_LEVEL=debug")
	bot.Stdout, bot.Stderr = write, write
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	if _, err := read.Read(make([]byte, 1)); err != nil { // it has begun to log
		t.Fatal(err)
	}
	read.Close()
	t.Cleanup(func() { _ = bot.Process.Kill() }) // it has ended, if all is well
	dropOrder(t, s, "harbour-books.txt").says("waits for approval")
	if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, bot); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// A package's update puts another program in the place of the one that runs.
func TestOrdersAreReadAfterTheProgramWasReplaced(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	mine, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	installed := standIn(t, string(mine))
	bot := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)
	bot.Path = installed
	bot.Stdout, bot.Stderr = t.Output(), t.Output()
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(t, bot) })
	dropOrder(t, s, "harbour-books.txt").says("waits for approval")
	if err := os.Remove(installed); err != nil {
		t.Fatal(err)
	}
	if err := executable.Write(installed, []byte("#!/bin/sh\nexit 1\n")); err != nil {
		t.Fatal(err)
	}
	dropOrder(t, s, "example-inc.pdf").says("waits for approval")
}

// The authority of the console's certificate is named as for everything else.
func TestAConsoleWithACertificateOfOurOwnAuthority(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	to, err := url.Parse(s.ConsoleURL())
	if err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }})
	defer secure.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	readyWith(t, s, "MOZY_URL="+secure.URL, "SSL_CERT_FILE="+authority)
	var said bytes.Buffer
	doctor := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "doctor", "MOZY_URL="+secure.URL)
	doctor.Stdout = &said
	if err := doctor.Start(); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, doctor); code != exitFailed || !strings.Contains(said.String(), "in SSL_CERT_FILE") {
		t.Errorf("without it, the doctor's exit code is %d after: %s", code, said.String())
	}
}

// Only the proxy knows console.test. The kinds of proxies are provision/console's affair.
func TestAConsoleByAProxyWithAPassword(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	to, err := url.Parse(s.ConsoleURL())
	if err != nil {
		t.Fatal(err)
	}
	by := proxytest.SOCKS5(t, to.Host)
	readyWith(t, s, "MOZY_URL=http://console.test:8080", "ALL_PROXY="+by.URL.String())
	if len(by.Asked()) == 0 {
		t.Error("the proxy was not asked for anything")
	}
}

// readyWith waits until a bot with these variables is ready.
func readyWith(t *testing.T, s *sandbox.Sandbox, variables ...string) {
	t.Helper()
	addr := freeAddr(t)
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", append(variables, "HEALTH_ADDR="+addr)...)
	until(t, "the bot is ready", func() bool { return isReady(addr) })
}

// A container's user is often one that no system knows, with / for a home.
func TestAHomeThatCannotBeWrittenTakesNoCache(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, home := range []string{"", os.DevNull} {
		t.Setenv("HOME", home)
		t.Setenv("XDG_CACHE_HOME", "")
		if folder := cacheFolder(); !strings.HasPrefix(folder, temp) {
			t.Errorf("with HOME %q it is %s", home, folder)
		}
	}
}
