package main

import (
	"embed"
	"strings"
)

// carriedLicences are the texts that each part asks to be given on with it, as its project publishes them: none of them is ours.
//
//go:embed carried/*.txt
var carriedLicences embed.FS

// carried is a part of what a module carries that is no Go: it says no licence of it.
func carried(name string, kinds ...string) licence {
	text, err := carriedLicences.ReadFile("carried/" + name + ".txt")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return licence{path: name, kinds: kinds, texts: []string{strings.TrimSpace(string(text))}}
}

// embedded is what modules carry, by their path. go-pdfium's WebAssembly is PDFium with the libraries that PDFium's DEPS names
// for a build without V8 and XFA, and the C and C++ runtime of Emscripten.
var embedded = map[string][]licence{
	"github.com/klippa-app/go-pdfium": {
		carried("pdfium", "Apache-2.0", "BSD-3-Clause"), // Abseil, too, is under the first
		carried("agg"),
		carried("dragonbox", "BSL-1.0"),
		carried("emscripten", "MIT", "NCSA"),
		carried("fast_float", "MIT"),
		carried("fp16", "MIT"),
		carried("freetype", "FTL"),
		carried("highway", "Apache-2.0", "BSD-3-Clause"),
		carried("icu", "Unicode-3.0"),
		carried("lcms", "MIT"),
		carried("libjpeg-turbo", "BSD-3-Clause", "IJG", "Zlib"),
		carried("llvm", "Apache-2.0"), // with LLVM's exception, which is in the text
		carried("musl", "MIT"),
		carried("openjpeg", "BSD-2-Clause"),
		carried("simdutf", "MIT"),
		carried("zlib", "Zlib"),
	},
}
