package format

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

// What an office file may unpack to. Word processors and spreadsheets keep an order in tens of kilobytes; pictures and
// fonts beside it are not unpacked. A zip bomb of 20 MB would unpack to 20 GB.
const (
	maxEntries  = 2_000
	maxUnpacked = 16 << 20 // bytes of all the parts that are read: 20,000 rows of 25 blank cells that have a colour
	maxXMLDepth = 256      // elements within each other
)

// archive is an office file: a zip archive of XML parts. What is read of it is bounded, whatever its directory claims.
type archive struct {
	files *zip.Reader
	left  int64 // bytes that may still be unpacked
}

func openArchive(content []byte) (*archive, error) {
	files, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, brokenOffice(err)
	}
	if len(files.File) > maxEntries {
		return nil, document.TooMuch("parts")
	}
	return &archive{files: files, left: maxUnpacked}, nil
}

func brokenOffice(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err, Message: "This office document is broken or cut off: it cannot " +
		"be opened. Ask for it again, save it as a PDF, or type the order in by hand."}
}

func lockedOffice() error {
	return provision.Errorf(provision.Invalid, "This office document is locked with a password. Save it without one, or type the order in by hand.")
}

// part unpacks one part. A part that is not there is fs.ErrNotExist.
func (a *archive) part(name string) ([]byte, error) {
	for _, f := range a.files.File {
		if f.Name != name {
			continue
		}
		const encrypted = 1 // a bit of the flags
		if f.Flags&encrypted != 0 {
			return nil, lockedOffice()
		}
		r, err := f.Open()
		if err != nil {
			return nil, brokenOffice(err)
		}
		defer r.Close()
		content, err := io.ReadAll(io.LimitReader(r, a.left+1))
		if err != nil {
			return nil, brokenOffice(err)
		}
		if a.left -= int64(len(content)); a.left < 0 {
			return nil, document.TooMuch("text")
		}
		return content, nil
	}
	return nil, fmt.Errorf("part %q: %w", name, fs.ErrNotExist)
}

// walk hands the tokens of a part to see.
func (a *archive) walk(name string, see func(xml.Token) error) error {
	content, err := a.part(name)
	if errors.Is(err, fs.ErrNotExist) {
		return brokenOffice(err)
	}
	if err != nil {
		return err
	}
	return walkXML(content, see)
}

// walkXML hands the tokens of XML to see, starts and ends in pairs. see may return errSkip for a start: then nothing
// within it is seen, nor its end. The decoder expands no entities but XML's own, and fetches nothing.
func walkXML(content []byte, see func(xml.Token) error) error {
	d := xml.NewDecoder(bytes.NewReader(content))
	const none = -1
	depth, skipping := 0, none // skipping is the depth that a skipped element stands in
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return brokenOffice(err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxXMLDepth {
			return document.TooMuch("nested text")
		}
		if skipping != none {
			if depth == skipping {
				skipping = none
			}
			continue
		}
		switch err := see(token); {
		case errors.Is(err, errSkip):
			skipping = depth - 1
		case err != nil:
			return err
		}
	}
}

// errSkip says that an element and all within it is of no interest.
var errSkip = errors.New("skip this element")

// attribute is an attribute's value by its name without the prefix, "" if it is absent.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relation is another part that belongs to one: its header, its styles.
type relation struct{ id, kind, target string }

// relations are those of a part, by Microsoft's convention; of the whole file for "".
func (a *archive) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	content, err := a.part(dir + "_rels/" + base + ".rels")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []relation
	err = walkXML(content, func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attribute(e, "TargetMode") == "External" {
			return nil
		}
		target := attribute(e, "Target")
		if !path.IsAbs(target) {
			target = path.Join("/", dir, target)
		}
		found = append(found, relation{id: attribute(e, "Id"), kind: path.Base(attribute(e, "Type")), target: strings.TrimPrefix(path.Clean(target), "/")})
		return nil
	})
	return found, err
}

func isZip(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }

// directory is the part of a zip archive that lists its files, or all of it when that cannot be found. The names in it
// tell what the archive is, whatever archives it holds.
func directory(content []byte) []byte {
	const size, at = 22, 16 // of the record at the end, and in it the place of the directory's beginning
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	if end < 0 || end+size > len(content) {
		return content
	}
	if begin := int64(binary.LittleEndian.Uint32(content[end+at:])); begin < int64(end) {
		return content[begin:end]
	}
	return content
}
