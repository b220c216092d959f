package extract

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"mozybot/provision"
)

// maxLineGB is above what one line can mean; what an order may have is MAX_ORDER_GB's to say.
const maxLineGB = 1_000_000

const (
	sizePattern = `(\d[\d.,]*)\s*([GTMPK]i?B|gigabytes?|terabytes?|megabytes?)`
	// storagePattern is storage by the gigabyte: "1 GB Storage Server", "5 GB of Cloud Storage", "Storage Server (5 GB)".
	storagePattern = sizePattern + `\s+(?:of\s+)?(?:(?:cloud|online|hosted|backup|mozy|mozypro|server|additional|extra|data)\s+){0,3}storage(?:\s+servers?)?\b` +
		`|\bstorage\s+servers?\b(?:\s*[-–—,(]?\s*` + sizePattern + `\b\)?)?`
	licensePattern = `\bcloud[\s-]+server[\s-]+licen[cs]es?\b`
)

var (
	storageName = regexp.MustCompile(`(?i)` + storagePattern)
	licenseName = regexp.MustCompile(`(?i)` + licensePattern)
	// nearLicense and nearStorage look like what the runbook knows and are not: a person should have a look.
	nearLicense = regexp.MustCompile(`(?i)\bserver\b.*\blicen[cs]e|\blicen[cs]e.*\bserver\b`)
	nearStorage = regexp.MustCompile(`(?i)\bstorage\b`)
	// gigabytes is a quantity with the unit of the size.
	gigabytes = regexp.MustCompile(`(?i)^\s*(\d[\d.,]*)\s*GB\s*$`)
	// hardware has storage in its name and gigabytes, too.
	hardware = regexp.MustCompile(`(?i)\bstorage\s+(?:drives?|sticks?|dis[ck]s?|devices?|arrays?|box(?:es)?|cases?|cards?|bays?|enclosures?|appliances?|racks?|media|tapes?)\b`)
)

// known says whether a description is one of those the runbook knows.
func known(description string) bool {
	return storageName.MatchString(description) && !hardware.MatchString(description) || licenseName.MatchString(description)
}

// newItem makes an item of a line of the order. trouble is a sentence, "" when nothing is wrong.
func newItem(quantity, description string, place spot) (item provision.Item, trouble string) {
	item = provision.Item{Description: strings.Join(strings.Fields(description), " "), Kind: provision.OtherItem}
	storage := storageName.FindStringSubmatch(item.Description)
	n, err := parseQuantity(quantity)
	if gb := gigabytes.FindStringSubmatch(quantity); storage != nil && gb != nil && strings.HasPrefix(storage[0], "1 GB") {
		n, err = parseQuantity(gb[1]) // 20 GB of "1 GB Storage Server" are 20
	}
	item.Quantity = n
	switch {
	case storage != nil && licenseName.MatchString(item.Description):
		item.Kind = provision.Storage
		return item, fmt.Sprintf("%q (%s) names two products, so its quantity says nothing.", item.Description, place)
	case licenseName.MatchString(item.Description):
		return licenseItem(item, err, place)
	case storage != nil && !hardware.MatchString(item.Description):
		item.Kind = provision.Storage
		if err != nil {
			return item, fmt.Sprintf("The quantity of %q (%s) cannot be trusted: %s.", item.Description, place, err)
		}
		size, err := sizeOf(storage)
		if err != nil {
			return item, fmt.Sprintf("The size of %q (%s) cannot be trusted: %s.", item.Description, place, err)
		}
		if n > maxLineGB/size {
			return item, fmt.Sprintf("%s times %q (%s) is more than mozybot takes (%s GB).",
				provision.Thousands(n), item.Description, place, provision.Thousands(maxLineGB))
		}
		item.GB = n * size
		return item, ""
	case err != nil:
		return item, fmt.Sprintf("The quantity of %q (%s) cannot be trusted: %s. It is not provisioned here.", item.Description, place, err)
	case nearLicense.MatchString(item.Description):
		return item, fmt.Sprintf("%q (%s) is no \"Cloud Server License\", so it does not switch Server Support on.", item.Description, place)
	case nearStorage.MatchString(item.Description):
		return item, fmt.Sprintf("%q (%s) is no \"1 GB Storage Server\" or the like, so its storage is not counted.", item.Description, place)
	}
	return item, ""
}

// licenseItem is a Cloud Server License, which switches Server Support on in any quantity; none is no quantity.
func licenseItem(item provision.Item, err error, place spot) (provision.Item, string) {
	if errors.Is(err, errNone) || errors.Is(err, errBelowOne) {
		return item, fmt.Sprintf("Of %q (%s) none seems to be ordered: %s. Server Support stays off.", item.Description, place, err)
	}
	item.Kind = provision.ServerLicense
	if err != nil {
		return item, fmt.Sprintf("The quantity of %q (%s) cannot be trusted: %s. Any quantity switches Server Support on.", item.Description, place, err)
	}
	return item, ""
}

// sizeOf is the GB of one piece, by the size in its name.
func sizeOf(m []string) (int, error) {
	number, unit := m[1], m[2]
	if number == "" {
		number, unit = m[3], m[4]
	}
	if number == "" {
		return 0, fmt.Errorf("its name has no size in GB")
	}
	n, err := parseQuantity(number)
	if err != nil {
		return 0, err
	}
	switch strings.ToUpper(unit) {
	case "GB", "GIGABYTE", "GIGABYTES":
		return n, nil
	case "TB", "TERABYTE", "TERABYTES":
		return 0, fmt.Errorf("%d TB may mean %s or %s GB", n, provision.Thousands(1000*n), provision.Thousands(1024*n))
	}
	return 0, fmt.Errorf("mozybot counts in GB, not in %s", unit)
}
