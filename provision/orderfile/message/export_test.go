package message

// The two that take the text of an Outlook message out again.
var (
	UnpackRTF = unpackRTF
	HTMLInRTF = htmlInRTF
)
