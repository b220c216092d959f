package blocks

import (
	"fmt"

	"mozybot/provision"
)

// HeadsThread begins the thread that has the audit's heads, with the first of them.
func HeadsThread(first provision.SignedHead) Message {
	return marked(fmt.Sprintf("*The audit, day by day.* Once a day mozybot says here how far its record of everything it did goes, and signs that. "+
		"Please keep this thread: it shows whether anybody changed or replaced the record.\n%s", headLine(first)))
}

// AuditHead is a head, for that thread.
func AuditHead(h provision.SignedHead) Message { return marked(headLine(h)) }

func headLine(h provision.SignedHead) string {
	return fmt.Sprintf("%s: `%s`", provision.Count(h.Head.Seq, "record"), h)
}

// AuditReplaced says that the audit isn't the one that was posted. last is what the thread has, and why how they differ, as a
// sentence.
func AuditReplaced(last provision.SignedHead, why string) Message {
	return marked(fmt.Sprintf("*mozybot's record of what it did isn't the one it had %s.* %s\n"+
		"Unless one of you restored an older copy, somebody changed or replaced the record. Please have operations run `mozybot audit verify` and compare with the thread that has its heads before you approve anything.",
		When(last.At), why))
}

// AuditKeyChanged says that the audit is the one that was posted, and the key that signs it is another.
func AuditKeyChanged(last provision.SignedHead) Message {
	return marked(fmt.Sprintf("*The head of mozybot's record from %s was signed with another key than mozybot has now.* The record itself is the one it was.\n"+
		"Unless one of you moved mozybot without its key (AUDIT_KEY), please tell operations.", When(last.At)))
}

// AuditRestored says that the audit has lost what came after a backup, as its own record of that explains.
func AuditRestored(last provision.SignedHead, restored provision.Fact) Message {
	return marked(fmt.Sprintf("mozybot's state was restored %s, %s. Its record of what it did after that copy is gone, up to the last that was posted (%s).\n"+
		"If none of you restored it, please tell operations.", Shorten(restored.Words.Text, maxLine), When(restored.Record.At), provision.Count(last.Head.Seq, "record")))
}
