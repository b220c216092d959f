package message

// UnpackRTF takes the text of an Outlook message out again.
var UnpackRTF = unpackRTF
