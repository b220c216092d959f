package extract

import (
	"slices"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// What some labels mean depends on who writes the paper: "From" is the customer of a purchase order, a business partner is the seller
// of whoever buys, "Prepared by" names a person of the writer's, and under a reseller whoever buys is not the end customer.

// writer is a sheet as somebody wrote it: its methods tell whether that was the buyer or the seller, and whom it speaks to.
type writer struct{ sheet }

func writerOf(d sheet) writer { return writer{d} }

// labelByWriter gives such labels of a paper what they mean in it.
func (d writer) labelByWriter() {
	sent, buyers := d.isPurchaseOrder(), d.titledPurchaseOrder()
	own := d.writesOfItself(buyers)
	resold, ended := d.isResold()
	for i, l := range d.Lines {
		forOne := slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return c.Name == "from" })
		for j, c := range l.Cells {
			for k := range c.Labels {
				found := &c.Labels[k]
				switch {
				case (found.Partner() || found.OfAddressee()) && buyers:
					found.Field = label.Seller
				case buyers && found.Is(label.Contact) && attention.MatchString(found.Label+" ") && values.LikeOrganization(headName(found.Value)):
					found.Field = label.Seller // whom it is written to
				case found.OfIssuer() && buyers, found.Name == "from" && sent, found.Name == "for" && forOne && d.reachesBelow(i, j):
					found.Field = label.BillTo
				case own:
					if f, ours := found.Ours(); ours {
						found.Field = f
					}
				}
				if resold && (found.Buys() || ended && found.Is(label.BillTo, label.ShipTo) && !found.OfEnd()) {
					found.Field = label.Unused
				}
			}
		}
	}
}

// writesOfItself says that what a paper says of its writer is the customer's: they buy by it, and no label asks who does.
func (d writer) writesOfItself(buyers bool) bool {
	says := func(l label.Label) bool { _, ours := l.Ours(); return ours }
	if !d.HasLabel(says) || d.asksForCustomer() {
		return false
	}
	return buyers && d.isIssuers() || !buyers && !d.confirms() && !d.offers() && !d.asksToPay() && d.ordersForItself(d.recipients())
}

// isIssuers says that the writer of a purchase order is certainly the buyer: another is named whom it is sent to, or the company that
// it begins with signs it. A form of the seller's is titled so, too, and begins with the seller.
func (d writer) isIssuers() bool {
	to := d.recipients()
	return d.ordersForItself(to) && (d.signedByIssuer() || len(to) > 0 && !addressedTo(to, d.issuerName()))
}

// issuerName is the name that a paper begins with.
func (d writer) issuerName() string {
	if len(d.Lines) == 0 {
		return ""
	}
	return headName(d.Lines[0].Cells[0].Text)
}

// signedByIssuer says that the name that a paper begins with stands under its sign-off, or above a person who signs for it.
func (d writer) signedByIssuer() bool {
	issuer := d.issuerName()
	signs := func(l page.Line) bool { return values.SameName(headName(l.Text()), issuer) }
	for i := 1; i < len(d.Lines); i++ {
		if inPlaceOf.MatchString(d.Lines[i].Text()) && signs(d.Lines[i-1]) {
			return true
		}
	}
	return slices.ContainsFunc(d.Signature, signs)
}
