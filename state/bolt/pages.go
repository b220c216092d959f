package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// A page of a bbolt file has a header of 16 bytes: its id, what it is, how many elements it has, and over how many more
// pages it runs. The elements follow, 16 bytes each; they say how far behind them their key lies, and its length. The
// first two pages are the file's head, of which the one written last counts.
const (
	pageHeader   = 16
	pageElement  = 16
	branchPage   = 0x01
	leafPage     = 0x02
	freePage     = 0x10 // the list of free pages: their ids
	bucketEntry  = 0x01 // of a leaf's element: the value is another bucket
	bucketForm   = 16   // the head of such a value: its first page, 0 when it follows inline, and its sequence
	headFreelist = 48   // where the head has the list of free pages
	headTx       = 64   // where the head has the transaction that wrote it
)

// pages walks the pages of a file from its root and finds what bbolt takes for granted: bbolt maps the file into memory
// and follows whatever it says there, so that a damaged file ends the program (a fault beyond the file's end), never ends
// (a page that is its own child), or has pages that are in use written over. bbolt's own Check follows the pages as well.
type pages struct {
	file io.ReaderAt
	size uint64 // of a page
	high uint64 // all pages in use are below
	seen map[uint64]bool
}

// checkPages is nil when the file holds together: every page is used once, or free, and reads as what it is.
func checkPages(tx *bbolt.Tx, file io.ReaderAt, length int64) error {
	if length < tx.Size() {
		return fmt.Errorf("it ends after %d of %d bytes", length, tx.Size())
	}
	size := uint64(tx.DB().Info().PageSize)
	p := &pages{file: file, size: size, high: uint64(tx.Size()) / size, seen: map[uint64]bool{0: true, 1: true}}
	if err := p.walk(uint64(tx.Cursor().Bucket().Root())); err != nil {
		return err
	}
	if err := p.free(uint64(tx.ID())); err != nil {
		return fmt.Errorf("its list of free pages: %w", err)
	}
	if missing := p.high - uint64(len(p.seen)); missing > 0 {
		return fmt.Errorf("%d of its pages are neither in use nor free", missing)
	}
	return nil
}

// free goes through the list of free pages that the head of that transaction names.
func (p *pages) free(txid uint64) error {
	id := uint64(0)
	for head := range uint64(2) {
		page := make([]byte, p.size)
		if _, err := p.file.ReadAt(page, int64(head*p.size)); err != nil {
			return err
		}
		if binary.NativeEndian.Uint64(page[headTx:]) == txid {
			id = binary.NativeEndian.Uint64(page[headFreelist:])
		}
	}
	page, err := p.read(id)
	if err != nil {
		return err
	}
	ids, count := page[pageHeader:], uint64(binary.NativeEndian.Uint16(page[10:]))
	if count == 0xFFFF { // too many for the header
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if flags := binary.NativeEndian.Uint16(page[8:]); flags != freePage || count > uint64(len(ids)/8) {
		return fmt.Errorf("page %d is no list of %d pages (%#x)", id, count, flags)
	}
	for ; count > 0; count, ids = count-1, ids[8:] {
		if err := p.use(binary.NativeEndian.Uint64(ids), 0); err != nil {
			return err
		}
	}
	return nil
}

// use marks a page, and those it runs over, as seen.
func (p *pages) use(id, more uint64) error {
	if id >= p.high || more >= p.high-id {
		return fmt.Errorf("page %d is not there", id+more)
	}
	for n := id; n <= id+more; n++ {
		if p.seen[n] {
			return fmt.Errorf("page %d is used twice", n)
		}
		p.seen[n] = true
	}
	return nil
}

// read is a page that is used here, with those it runs over.
func (p *pages) read(id uint64) ([]byte, error) {
	if id >= p.high {
		return nil, fmt.Errorf("page %d is not there", id)
	}
	page := make([]byte, p.size)
	if _, err := p.file.ReadAt(page, int64(id*p.size)); err != nil {
		return nil, err
	}
	if got := binary.NativeEndian.Uint64(page); got != id {
		return nil, fmt.Errorf("page %d says it is page %d", id, got)
	}
	more := uint64(binary.NativeEndian.Uint32(page[12:]))
	if err := p.use(id, more); err != nil {
		return nil, err
	}
	if more == 0 {
		return page, nil
	}
	page = make([]byte, (more+1)*p.size)
	_, err := p.file.ReadAt(page, int64(id*p.size))
	return page, err
}

func (p *pages) walk(id uint64) error {
	page, err := p.read(id)
	if err != nil {
		return err
	}
	if err := p.elements(page); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements goes through a page's elements and what they point to.
func (p *pages) elements(page []byte) error {
	flags, count := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	if flags != branchPage && flags != leafPage {
		return fmt.Errorf("it is of no known kind (%#x)", flags)
	}
	if pageHeader+count*pageElement > len(page) || flags == branchPage && count == 0 {
		return fmt.Errorf("it cannot have %d elements", count)
	}
	var last []byte
	for i := range count {
		at := pageHeader + i*pageElement
		element := page[at:]
		word := func(n int) uint64 { return uint64(binary.NativeEndian.Uint32(element[4*n:])) }
		pos, keyLen, valueLen := word(0), word(1), uint64(0)
		if flags == leafPage {
			pos, keyLen, valueLen = word(1), word(2), word(3)
		}
		if pos+keyLen+valueLen > uint64(len(element)) {
			return fmt.Errorf("element %d lies beyond its end", i)
		}
		key, value := element[pos:pos+keyLen], element[pos+keyLen:pos+keyLen+valueLen]
		if i > 0 && bytes.Compare(last, key) >= 0 {
			return fmt.Errorf("element %d is out of order", i)
		}
		last = key
		var err error
		switch {
		case flags == branchPage:
			err = p.walk(binary.NativeEndian.Uint64(element[8:]))
		case word(0) == bucketEntry:
			err = p.bucket(value)
		case word(0) != 0:
			err = fmt.Errorf("element %d is of no known kind (%#x)", i, word(0))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *pages) bucket(value []byte) error {
	if len(value) < bucketForm {
		return errors.New("a bucket is cut short")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return p.walk(root)
	}
	inline := value[bucketForm:]
	if len(inline) < pageHeader {
		return errors.New("a bucket is cut short")
	}
	return p.elements(inline)
}
