package format

import (
	"bytes"
	"path/filepath"
	"strings"
)

// ForeignKind says what a file is that cannot be read, with its article ("a picture (PNG)"), or "" when it may be
// readable. Telling it apart needs its first bytes only.
func ForeignKind(name string, content []byte) string {
	for _, k := range []struct{ magic, what string }{
		{"\x89PNG\r\n\x1a\n", "a picture (PNG)"},
		{"\xff\xd8\xff", "a picture (JPEG)"},
		{"GIF8", "a picture (GIF)"},
		{"II*\x00", "a picture (TIFF)"},
		{"MM\x00*", "a picture (TIFF)"},
		{"MZ", "a Windows program"},
		{"\x7fELF", "a program"},
		{"\xcf\xfa\xed\xfe", "a program"},
		{"\xca\xfe\xba\xbe", "a program"},
		{"#!", "a script"},
		{"\x1f\x8b", "a gzip archive"},
		{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
		{"Rar!", "a RAR archive"},
		{"BZh", "a bzip2 archive"},
		{"\xfd7zXZ\x00", "an xz archive"},
		{"%!PS", "a PostScript file"},
		{"SQLite format 3\x00", "a database"},
	} {
		if bytes.HasPrefix(content, []byte(k.magic)) && !(k.magic == "MZ" && isProse(content)) {
			return k.what
		}
	}
	ext := strings.ToLower(filepath.Ext(name))
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return zipKind(content, ext)
	case IsCompound(content):
		return oleKind(content, ext)
	case len(content) > 12 && bytes.HasPrefix(content, []byte("RIFF")):
		if bytes.Equal(content[8:12], []byte("WEBP")) {
			return "a picture (WebP)"
		}
		return "a sound or video file"
	case len(content) > 12 && bytes.Equal(content[4:8], []byte("ftyp")):
		if bytes.HasPrefix(content[8:], []byte("heic")) || bytes.HasPrefix(content[8:], []byte("mif1")) {
			return "a picture (HEIC)"
		}
		return "a sound or video file"
	}
	return markedText(content)
}

// Closed is why a mail cannot be read that a program has packed or locked, in a sentence with what to do; "" for any other.
func Closed(content []byte) string {
	locked := func(how string) string {
		return "This e-mail is encrypted (" + how + "), so only its receiver can read it. Ask for it without encryption, or type the order in by hand."
	}
	head := content[:min(len(content), 64)]
	switch {
	case bytes.HasPrefix(content, []byte("\x78\x9f\x3e\x22")):
		return "This is a mail in a packing of Outlook's own (winmail.dat), which mozybot does not open. Ask its sender for the attached file " +
			"alone, or for the mail as HTML or plain text, or type the order in by hand."
	case bytes.HasPrefix(content, []byte("0")) && bytes.Contains(head, []byte(enveloped)):
		return locked("S/MIME")
	case bytes.HasPrefix(content, []byte("-----BEGIN PGP MESSAGE-----")):
		return locked("PGP")
	}
	return ""
}

// OutlookStream begins the names of the parts that a message of Outlook has, in the container of the old Office formats.
const OutlookStream = "__substg1.0_"

// IsCompound says that a file is such a container.
func IsCompound(content []byte) bool {
	return bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// IsOutlook tells a message of Outlook from the other files that share its container by the names in it.
func IsOutlook(_ string, content []byte) bool {
	return IsCompound(content) && bytes.Contains(content, wide(OutlookStream))
}

// wide is an ASCII text in UTF-16.
func wide(ascii string) []byte {
	b := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		b = append(b, ascii[i], 0)
	}
	return b
}

// enveloped begins what S/MIME encrypts: the number of the kind, as an identifier.
const enveloped = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"

// oleKind tells the old Office formats apart by the names of their parts: they share one container, as does
// what Office locks with a password.
func oleKind(content []byte, ext string) string {
	for _, k := range []struct{ part, what string }{
		{OutlookStream, ""},
		{"EncryptedPackage", "an Office document that is locked with a password"},
		{"WordDocument", "an old Word document (.doc)"},
		{"PowerPoint Document", "an old PowerPoint presentation (.ppt)"},
		{"Workbook", "an old Excel workbook (.xls)"},
		{"Book", "an old Excel workbook (.xls)"},
	} {
		name := wide(k.part)
		if k.part != OutlookStream {
			name = append(name, 0, 0) // its end
		}
		if bytes.Contains(content, name) {
			return k.what
		}
	}
	if ext == ".msg" {
		return "a broken Outlook message (.msg)"
	}
	return "an old Office document"
}

// zipKind tells the office formats apart by the names of their parts, which stand uncompressed in the archive.
func zipKind(content []byte, ext string) string {
	switch {
	case isDOCX("", content), isXLSX("", content), isODT("", content):
		return ""
	case bytes.Contains(directory(content), []byte("ppt/presentation")):
		return "a PowerPoint presentation (.pptx)"
	case ext == ".docx" || ext == ".xlsx" || ext == ".odt":
		return "a broken office document (" + ext + ")"
	}
	return "a zip archive"
}

// markedText finds text that is written for a program rather than a person.
func markedText(content []byte) string {
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 2048)], []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("schemas-microsoft-com:office:spreadsheet")):
		return "an Excel workbook in the XML of 2003"
	case bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("schemas.microsoft.com/office/word")):
		return "a Word document in the XML of 2003"
	case bytes.HasPrefix(head, []byte("<?xml")) && !IsHTML("", content):
		return "an XML file"
	}
	return ""
}
