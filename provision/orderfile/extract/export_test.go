package extract

// ParseQuantity is tested by itself: every number that is bought goes through it.
var ParseQuantity = parseQuantity

// AddressesIn finds the addresses of a value that may have run on to another line.
var AddressesIn = addressesIn
