// Package orderfile reads an order from the file that brought it (runbook step 1).
//
// The way of a file:
//
//	bytes -> format (by content) -> document (lines of cells, with their places) -> analysis -> provision.Order
//
// Each format is one file here and one line in the table of formats (format.go has the list); it only says what is
// written where. What comes as paragraphs and tables, from Word, Excel, OpenDocument, RTF and HTML, is laid out by one
// flow (flow.go). Text that is hidden, crossed out or deleted in those is not read: nobody who looks at them sees it. What a PDF
// draws a line through is left to a person.
//
// What the words mean is decided once, for all formats: labels in labels.go, fields in fields.go and columns.go, item
// tables in tables.go, items in sentences in sentences.go, words that take an item back in doubt.go, numbers in
// quantity.go. Nothing is guessed: a field that is said twice
// in two ways, or a quantity that cannot be trusted, counts as missing, and a warning shows both readings.
//
// Files come from outside and some are hostile, so the bot never reads one itself: [Reader] starts another process of
// the same binary, which runs [ServeChild], and kills it with its group when it takes too long or too much memory. The
// readers' heavy parts (PDFium in WebAssembly) are touched in that process only.
//
// The package does not decide whether an order may be provisioned, knows no channel, and calculates no formulas.
package orderfile
