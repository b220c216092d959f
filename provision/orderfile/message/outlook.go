package message

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/unicode"

	"mozybot/provision"
	"mozybot/provision/orderfile/format"
)

// A message of Outlook is a compound file whose streams are its properties ([MS-OXMSG]): a stream's name ends in the
// property's number and type, those of attachments lie in storages of their own, and an e-mail that is attached is such
// a storage, too.
const (
	propertyStream = format.OutlookStream
	attachStorage  = "__attach_version1.0_"
	fixedStream    = "__properties_version1.0" // the properties that have a fixed size
)

// The properties that matter.
const (
	propSubject     = "0037"
	propBody        = "1000"
	propRTF         = "1009"
	propHTML        = "1013"
	propData        = "3701"
	propDisplayName = "3001"
	propShortName   = "3704"
	propLongName    = "3707"
	propContentID   = "3712"

	fixedBodyCodepage = 0x3fde0003
	fixedCodepage     = 0x3ffd0003
	fixedHidden       = 0x7ffe000b
)

// storage is a part of a compound file with everything in it, by path.
type storage struct {
	streams map[string][]byte
	under   string // of the path; "" or ending in "/"
}

func unpackOutlook(content []byte) (Message, error) {
	s, err := openStorage(content)
	if err != nil {
		return Message{}, brokenOutlook(err)
	}
	return s.message(0)
}

func brokenOutlook(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: "This Outlook message is broken or cut off. Ask for it again, or type the order in by hand."}
}

// openStorage reads all streams. Those of a broken file may overlap, so what they hold together is bounded.
func openStorage(content []byte) (s storage, err error) {
	file, err := mscfb.New(bytes.NewReader(content))
	if err != nil {
		return storage{}, err
	}
	s.streams = map[string][]byte{}
	read := 0
	for {
		entry, err := file.Next()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return storage{}, err
		}
		if entry.Size <= 0 {
			continue
		}
		if entry.Size > int64(len(content)) {
			return storage{}, fmt.Errorf("a stream claims %d bytes", entry.Size)
		}
		if read += int(entry.Size); read > MaxAttached || len(s.streams) > 20_000 {
			return storage{}, fmt.Errorf("its streams hold more than the file")
		}
		data, err := io.ReadAll(io.LimitReader(entry, entry.Size))
		if err != nil {
			return storage{}, err
		}
		s.streams[strings.Join(append(entry.Path, entry.Name), "/")] = data
	}
}

// in is the storage of that name.
func (s storage) in(name string) storage { return storage{s.streams, s.under + name + "/"} }

// has says whether there is anything in the storage.
func (s storage) has() bool {
	for path := range s.streams {
		if strings.HasPrefix(path, s.under) {
			return true
		}
	}
	return false
}

func (s storage) message(depth int) (Message, error) {
	if depth > MaxDepth { // as deep as the reader goes
		return Message{}, nil
	}
	codepage := s.fixed(fixedCodepage)
	m := Message{Subject: s.text(propSubject, codepage), text: s.text(propBody, codepage)}
	if html := s.text(propHTML, codepage); html != "" {
		m.html = []byte(inUTF8 + html)
	} else if html := s.streams[s.under+propertyStream+propHTML+"0102"]; html != nil {
		m.html = []byte(inUTF8 + decodeCodepage(html, s.fixed(fixedBodyCodepage)))
	}
	if packed := s.streams[s.under+propertyStream+propRTF+"0102"]; packed != nil && m.html == nil {
		rtf, err := unpackRTF(packed)
		if err != nil && m.text == "" {
			return Message{}, brokenOutlook(err)
		}
		m.rtf = rtf
		if html, ok := format.HTMLInRTF(rtf); ok {
			m.html, m.rtf = append([]byte(inUTF8), html...), nil
		}
	}
	for i := range MaxAttachments + 1 {
		a := s.in(fmt.Sprintf("%s#%08X", attachStorage, i))
		if !a.has() {
			continue
		}
		attached, err := a.attachment(depth)
		if err != nil {
			return Message{}, err
		}
		m.Attachments = append(m.Attachments, attached)
	}
	return m, nil
}

func (s storage) attachment(depth int) (Attachment, error) {
	codepage := s.fixed(fixedCodepage)
	a := Attachment{Name: "unnamed", Content: s.streams[s.under+propertyStream+propData+"0102"]}
	for _, property := range []string{propLongName, propShortName, propDisplayName} {
		if name := s.text(property, codepage); name != "" {
			a.Name = name
			break
		}
	}
	a.Inline = s.text(propContentID, codepage) != "" && (s.fixed(fixedHidden) != 0 || isPicture(a.Name))
	if inner := s.in(propertyStream + propData + "000D"); inner.has() {
		m, err := inner.message(depth + 1)
		if err != nil {
			return Attachment{}, err
		}
		a.Message = &m
	}
	return a, nil
}

func isPicture(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emz", ".wmz":
		return true
	}
	return false
}

// text is a property of text, in either of the two ways to keep it.
func (s storage) text(property string, codepage uint32) string {
	if b, ok := s.streams[s.under+propertyStream+property+"001F"]; ok {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes(b)
		if err == nil {
			return strings.TrimRight(string(text), "\x00")
		}
	}
	return strings.TrimRight(decodeCodepage(s.streams[s.under+propertyStream+property+"001E"], codepage), "\x00")
}

// fixed is the value of a property of fixed size, 0 when it has none. Entries have 16 bytes, and what stands before them
// differs between messages, messages in messages and attachments.
func (s storage) fixed(property uint32) uint32 {
	b := s.streams[s.under+fixedStream]
	for at := len(b) % 16; at+16 <= len(b); at += 16 {
		if binary.LittleEndian.Uint32(b[at:]) == property {
			return binary.LittleEndian.Uint32(b[at+8:])
		}
	}
	return 0
}

// decodeCodepage reads text in one of Windows' encodings, UTF-8 where it is that.
func decodeCodepage(b []byte, codepage uint32) string {
	encoding, ok := format.CodePage(int(codepage))
	if !ok {
		encoding = format.EncodingOf(b)
	}
	decoded, err := encoding.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(decoded)
}
