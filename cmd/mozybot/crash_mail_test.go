package main

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
)

// postbox passes SMTP on, command by command.
func (f *fate) postbox(listener net.Listener, target string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go f.dialogue(client, target)
	}
}

func (f *fate) dialogue(client net.Conn, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	from, replies := bufio.NewReader(client), bufio.NewReader(server)
	answer := func() (last string) {
		for {
			line, err := replies.ReadString('\n')
			if err != nil {
				return ""
			}
			last += line
			if len(line) > 3 && line[3] == ' ' {
				return last
			}
		}
	}
	for said, letter := answer(), false; said != ""; {
		if _, err := io.WriteString(client, said); err != nil {
			return
		}
		name := "mail handed over"
		var request string
		for {
			line, err := from.ReadString('\n')
			if err != nil {
				return
			}
			request += line
			if !letter || line == ".\r\n" {
				break
			}
		}
		if !letter {
			name = "mail " + strings.ToUpper(strings.Fields(request + " ?")[0])
		}
		if !f.pass("before " + name) {
			return
		}
		answered := f.asks()
		if _, err := io.WriteString(server, request); err != nil {
			answered()
			return
		}
		said = answer()
		answered()
		if !f.pass("after " + name) {
			return
		}
		letter = !letter && strings.HasPrefix(said, "354")
	}
}

// folder passes IMAP on. What changes the mailbox is a moment.
func (f *fate) folder(listener net.Listener, target string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go f.browse(client, target)
	}
}

func (f *fate) browse(client net.Conn, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	var mu sync.Mutex
	awaited := map[string]string{} // the tag of a command -> its moment
	go func() {
		defer client.Close()
		for answers := bufio.NewReader(server); ; {
			line, err := answers.ReadString('\n')
			if err != nil {
				return
			}
			tag, _, _ := strings.Cut(line, " ")
			mu.Lock()
			name := awaited[tag]
			mu.Unlock()
			if name != "" && !f.pass("after "+name) {
				return
			}
			if _, err := io.WriteString(client, line); err != nil {
				return
			}
		}
	}()
	for commands := bufio.NewReader(client); ; {
		line, err := commands.ReadString('\n')
		if err != nil {
			return
		}
		words := append(strings.Fields(line), "", "", "")
		verb := strings.ToUpper(words[1])
		if verb == "UID" {
			verb = strings.ToUpper(words[2])
		}
		switch verb {
		case "MOVE", "COPY", "STORE", "EXPUNGE", "CREATE", "FETCH":
			mu.Lock()
			awaited[words[0]] = "mailbox " + verb
			mu.Unlock()
			if !f.pass("before mailbox " + verb) {
				return
			}
		}
		if _, err := io.WriteString(server, line); err != nil {
			return
		}
	}
}
