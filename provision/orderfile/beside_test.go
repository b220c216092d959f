package orderfile_test

import "testing"

// TestWhatStandsBesideAnOrder has lines of papers and letters that only look as if they said something of their order, each with one of
// the same shape that does.
func TestWhatStandsBesideAnOrder(t *testing.T) {
	const acme = "Company: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n"
	const item, license = "30 x 1 GB Storage Server\n", "1 x Server License\n"
	const dear, yours = "\nDear Sirs,\n\n", "\nKind regards\nAnn Lee\n"
	const question = -1
	for _, c := range []struct {
		shows, text string
		gb          int
	}{
		{"a license that will not be needed", acme + dear + "Please set up:\n" + item + "\nWe will not need a licence.\n" + yours, 30},
		{"one that is not required", acme + dear + "Please set up:\n" + item + "\nWe require no licence.\n" + yours, 30},
		{"one in German", acme + dear + "Wir bestellen:\n" + item + "\nWir werden keine Lizenz benötigen.\n" + yours, 30},
		{"one in French", acme + dear + "Nous commandons :\n" + item + "\nNous n'aurons pas besoin de licence.\n" + yours, 30},
		{"storage that will not be needed", acme + dear + "Please set up:\n" + item + "\nWe will not need it.\n" + yours, question},
		{"a license that stands in the list", acme + dear + "Please set up:\n" + item + license + "\nWe will not need a licence.\n" + yours, question},
		{"nothing but storage", acme + dear + "Please set up:\n" + item + "\nWell, we only need the storage.\n" + yours, 30},
		{"nothing but storage, beside a license", acme + dear + "Please set up:\n" + item + license + "\nWell, we only need the storage.\n" + yours, question},
		{"only some of it", acme + dear + "Please set up:\n" + item + "\nWe only need half of the storage.\n" + yours, question},
		{"a box that is not ticked", acme + "\n☐ Urgent ☐ For review: ☒ Please reply\n\n" + item, 30},
		{"one that is", acme + "\n☐ Urgent ☒ For review ☐ Please reply\n\n" + item, question},
		{"the line of an address", "Acme Bakery\nVia dei Colli 40 – 53024 Montalcino (SI) – tel. 0577 555 010\n\n" + acme + "\n" + item, 30},
		{"a street with more", "Acme Bakery\nVia dei Colli 40 – 53024 Montalcino – solo la metà, tel. 0577 555 010\n\n" + acme + "\n" + item, question},
		{"a shop's reference", acme + "Référence de la commande : XKBKNABJK (n° 412)\n\n" + item, 30},
		{"where to deliver to", acme + "Please deliver to: Acme Bakery, Foundry Way, Rotherham\n\n" + item, 30},
		{"what to deliver", acme + "Please deliver: twice as much, Foundry Way\n\n" + item, question},
		{"a form's name", "A new order has been placed via the order form \"Backup\".\n\n" + acme + "\n" + item, 30},
		{"what it was placed for", "A new order has been placed via the order form of \"Backup\" as a draft.\n\n" + acme + "\n" + item, question},
		{"who wrote an entry", acme + "\n" + item + "\nDiscussion (11/25/2026 3:12 PM / A. Kowalczyk):\nCustomer signed on Tuesday. Please create the account.\n", 30},
		{"what stands in it", acme + "\n" + item + "\nDiscussion (11/25/2026 3:12 PM / A. Kowalczyk):\nCustomer signs on Tuesday. Please create the account then.\n", question},
		{"what an order follows", acme + dear + "Following your visit last week, could you please set up 30 units of the 1 GB Storage Server for us.\n" + yours, 30},
		{"what it waits for", acme + dear + "Following your visit next week, could you please set up 30 units of the 1 GB Storage Server for us.\n" + yours, question},
		{"an account that is opened", acme + dear + "Kindly open an account for us with 30 x 1 GB Storage Server.\n" + yours, 30},
		{"one that may be opened", acme + dear + "We might open an account with 30 x 1 GB Storage Server.\n" + yours, question},
		{"who looks after whom", acme + item + "\nA representative will follow up with you as soon as possible.\n", 30},
		{"who decides", acme + dear + "We order:\n" + item + "\nOur director will let you know.\n" + yours, question},
	} {
		ordersGB(t, c.shows, "order.txt", c.text, c.gb == question, c.gb)
	}
}
