package message

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The two forms of RTF in an Outlook message ([MS-OXRTFCP]): compressed, or stored as it is.
const (
	rtfCompressed = 0x75465a4c
	rtfStored     = 0x414c454d
	maxRTF        = 8 << 20 // bytes
)

// The text that a compressed RTF may refer back to before it has said anything.
const rtfBeginning = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial" +
	"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

var errRTFCut = errors.New("the compressed text ends too early")

// unpackRTF undoes the compression. The text may refer to the 4096 bytes before it: each control byte says of the next
// eight whether they are a byte of text, or two with a place (12 bits) and a length (4 bits). A reference to the place
// that is written next ends it.
func unpackRTF(b []byte) ([]byte, error) {
	if len(b) < 16 {
		return nil, errRTFCut
	}
	size, kind := binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	switch {
	case size > maxRTF:
		return nil, fmt.Errorf("it claims %d bytes of text", size)
	case kind == rtfStored:
		return b[16:min(len(b), 16+int(size))], nil
	case kind != rtfCompressed:
		return nil, fmt.Errorf("its text is packed in an unknown way (%#x)", kind)
	}
	const window = 4096
	var recent [window]byte
	next := copy(recent[:], rtfBeginning)
	out := make([]byte, 0, min(int(size), 16*len(b)))
	write := func(c byte) {
		out = append(out, c)
		recent[next] = c
		next = (next + 1) % window
	}
	for in := b[16:]; len(in) > 0; {
		control := in[0]
		in = in[1:]
		for bit := range 8 {
			if control&(1<<bit) == 0 {
				if len(in) < 1 {
					return out, nil // some programs leave the end mark out
				}
				write(in[0])
				in = in[1:]
				continue
			}
			if len(in) < 2 {
				return nil, errRTFCut
			}
			reference := int(binary.BigEndian.Uint16(in))
			in = in[2:]
			at, length := reference>>4, reference&0xf+2
			if at == next {
				return out, nil
			}
			if len(out)+length > maxRTF {
				return nil, fmt.Errorf("its text has more than %d bytes", maxRTF)
			}
			for i := range length {
				write(recent[(at+i)%window])
			}
		}
	}
	return out, nil
}
