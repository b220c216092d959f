package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// maxLineGB is above what one line can mean; what an order may have is MAX_ORDER_GB's to say.
const maxLineGB = 1_000_000

var (
	storageName = lexicon.Of("storageName")
	licenseName = lexicon.Of("licenseName")
	// nearLicense and nearStorage look like what the runbook knows and are not: a person should have a look.
	nearLicense = lexicon.Compile(`(?i)\bserver\b.*\blicen[cs]e|\blicen[cs]e.*\bserver\b`)
	nearStorage = lexicon.Compile(`(?i)\bstorage\b`)
	// gigabytes is a quantity with the unit of the size, and bareStorage a description that leaves the size to it.
	gigabytes   = lexicon.Compile(`(?i)^\s*(\d[\d.,]*)\s*(?:G[Bo]|gigabytes?)\s*$`)
	bareStorage = lexicon.Of("bareStorage")
	hardware    = lexicon.Of("hardware")
	// pointed are words of languages that have a point between thousands.
	pointed = lexicon.Compile(`(?i)speicher|opslag|almacenamiento|archiviazione`)
)

// known says whether a description is one of those the runbook knows.
func known(description string) bool {
	return storageName.MatchString(description) && !hardware.MatchString(description) || namesLicense(description)
}

// namesLicense says that a text names the license that switches Server Support on.
func namesLicense(text string) bool {
	at := licenseName.FindStringIndex(text)
	return at != nil && !anothersLicense(text[:at[0]], text[at[0]:at[1]])
}

// anothersLicense says that the word before "Server License" makes it a license of something else: "Windows Server License". A word that is
// not known here does not: it is asked about.
func anothersLicense(before, name string) bool {
	word := strings.ToLower(strings.TrimRight(lastWord.FindString(before), " \t-."))
	return !fullName.MatchString(name) && licenseName.MatchString(name) && serverKinds[word]
}

var (
	serverKinds = lexicon.Set("serverKinds")
	lastWord    = lexicon.Compile(`[\pL\d][\pL\d.-]*[ \t-]*$`)
	fullName    = lexicon.Compile(`(?i)^cloud`)
)

var amountName, bareAmount, sums = lexicon.Of("amountName"), lexicon.Of("bareAmount"), lexicon.Of("sums")

// allOfIt is what a row says beside its product that sums up others: "All 1 GB Storage Server".
var allOfIt = lexicon.Of("allOfIt")

// isAmount says that a description is storage by its amount. A single GB is a product.
func isAmount(description string) bool {
	m := amountName.FindStringSubmatch(description)
	if m == nil {
		m = bareAmount.FindStringSubmatch(description)
	}
	n, err := sizeOf(m)
	return err == nil && n > 1
}

// newItem makes an item of a line of the order. trouble is a sentence, "" when nothing is wrong.
func newItem(quantity, description string, place page.Spot) (item provision.Item, trouble string) {
	item = provision.Item{Description: strings.Join(strings.Fields(description), " "), Kind: provision.OtherItem}
	storage := storageName.FindStringSubmatch(item.Description)
	if storage == nil {
		storage = bareAmount.FindStringSubmatch(item.Description)
	}
	n, err := values.Quantity(quantity)
	if gb := gigabytes.FindStringSubmatch(quantity); gb != nil {
		if _, unsized := sizeOf(storage); unsized != nil && bareStorage.MatchString(item.Description) {
			storage = []string{item.Description, "GB"}
		}
		if size, sized := sizeOf(storage); sized == nil && size == 1 {
			n, err = values.Quantity(gb[1]) // 20 GB of "1 GB Storage Server" are 20
		}
	}
	item.Quantity = n
	switch {
	case storage != nil && namesLicense(item.Description):
		item.Kind = provision.Storage
		return item, fmt.Sprintf("%q (%s) names two products, so its quantity says nothing.", item.Description, place)
	case namesLicense(item.Description):
		item.Kind = provision.ServerLicense
		return item, ""
	case storage != nil && !hardware.MatchString(item.Description):
		item.Kind = provision.Storage
		if err != nil {
			return item, fmt.Sprintf("It isn't clear how many %q (%s) are ordered: %s. Please enter the GB that was ordered.", item.Description, place, err)
		}
		size, err := sizeOf(storage)
		if err != nil {
			return item, fmt.Sprintf("It isn't clear how many GB %q (%s) has: %s. Please enter the GB that was ordered.", item.Description, place, err)
		}
		if n > maxLineGB/size {
			return item, fmt.Sprintf("%s times %q (%s) is more than mozybot takes (%s GB).",
				provision.Thousands(n), item.Description, place, provision.Thousands(maxLineGB))
		}
		item.GB = n * size
		return item, ""
	case gigabytes.MatchString(quantity) && nearStorage.MatchString(item.Description):
		item.Kind = provision.Storage
		return item, fmt.Sprintf("%q (%s) isn't a \"1 GB Storage Server\" or the like. Please enter the GB that was ordered.", item.Description, place)
	case err != nil:
		return item, fmt.Sprintf("The quantity of %q (%s) isn't clear: %s. It is not provisioned here.", item.Description, place, err)
	case nearLicense.MatchString(item.Description):
		return item, fmt.Sprintf("%q (%s) isn't a \"Cloud Server License\", so it does not switch Server Support on.", item.Description, place)
	case nearStorage.MatchString(item.Description):
		return item, fmt.Sprintf("%q (%s) isn't a \"1 GB Storage Server\" or the like, so its storage is not counted.", item.Description, place)
	}
	return item, ""
}

// sizeOf is the GB of one piece, by the size in its name: a number and its unit, or a unit alone, which is one.
func sizeOf(m []string) (int, error) {
	if m == nil {
		return 0, values.ErrNone
	}
	at := 1 + slices.IndexFunc(m[1:], func(group string) bool { return group != "" })
	if at == 0 {
		return 0, fmt.Errorf("its name has no size in GB")
	}
	n, unit := 1, m[at]
	if unit[0] >= '0' && unit[0] <= '9' {
		var err error
		if n, err = values.Quantity(unit); err != nil {
			meant := values.Readings(unit)
			if meant == nil || !pointed.MatchString(m[0]) {
				return 0, err
			}
			n = meant[0]
		}
		unit = m[at+1]
	}
	switch strings.ToUpper(unit) {
	case "GB", "GO", "GIG", "GIGS", "GIGABYTE", "GIGABYTES", "GIGAOCTET", "GIGAOCTETS":
		return n, nil
	case "TB", "TERABYTE", "TERABYTES":
		return 0, fmt.Errorf("%d TB may mean %s or %s GB", n, provision.Thousands(1000*n), provision.Thousands(1024*n))
	}
	return 0, fmt.Errorf("mozybot counts in GB, not in %s", unit)
}
