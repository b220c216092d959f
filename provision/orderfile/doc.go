// Package orderfile reads an order from the file that brought it (runbook step 1).
//
// The way of a file, and the packages on it:
//
//	bytes -> format or message -> document -> extract -> merge -> provision.Order
//
//	document  lines of cells, with marks and places; no meaning
//	format    PDF, office files, HTML, text: bytes to a document; knows no label
//	message   e-mails: their parts, and who wrote what
//	extract   what the words mean; knows no format. The words are in extract/lexicon, numbers and names in extract/values
//	merge     what the parts of an e-mail say together
//
// This package is the front: it tells the kind of a file, reads what lies within an e-mail one by one, and keeps all of it
// away from the bot. Files come from outside and some are hostile, so the bot never reads one itself: [Reader] starts
// another process of the same binary, which runs [ServeChild], and kills it with its group when it takes too long or too
// much memory. The readers' heavy parts (PDFium in WebAssembly) are touched in that process only.
//
// A process is started once a file is known to be on its way ([Reader.Expect]). After a PDF another one stands ready for the next
// ([Reader.StandBy]), as starting the engine is a third of the time from a PDF's drop to its summary. It holds 44 MB of memory of its
// own and has read nothing, so that none is kept for longer than orders come one after the other.
//
// The package does not decide whether an order may be provisioned, knows no channel, and calculates no formulas.
package orderfile
