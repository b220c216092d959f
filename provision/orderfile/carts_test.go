package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestShoppingCarts asks about what is not ordered yet, and takes the order that came of a cart.
func TestShoppingCarts(t *testing.T) {
	const cart = head + "\n30 x 1 GB Storage Server\n"
	for _, c := range []struct{ title, foot string }{
		{"Your shopping cart", "Proceed to checkout"}, {"Shopping Cart (1)", ""}, {"Your basket", "Checkout"}, {"Basket summary", "Secure checkout"},
		{"My cart at Brightvault", ""}, {"", "Proceed to checkout"}, {"Warenkorb", "Zur Kasse"}, {"Ihr Warenkorb (1)", ""}, {"Einkaufswagen", "Zur Kasse gehen"},
		{"Votre panier", "Valider mon panier"}, {"Panier d'achat", "Passer à la caisse"}, {"Carrito de la compra", "Finalizar compra"}, {"Su cesta", "Tramitar pedido"},
		{"Winkelwagen", "Naar de kassa"}, {"Uw winkelmandje", ""}, {"Il tuo carrello", "Procedi all'acquisto"}, {"O seu carrinho", "Finalizar compra"},
		{"Koszyk", "Przejdź do kasy"}, {"Varukorg", "Till kassan"}, {"Indkøbskurv", "Gå til kassen"}, {"Ostoskori", "Kassalle"}, {"Items in your cart", ""},
		{"Saved for later", "Move to cart"}, {"Review your order", "Confirm and pay"}, {"", "Place order"}, {"", "Return to checkout"}, {"", "Zahlungspflichtig bestellen"},
	} {
		for name, text := range map[string]string{"cart.txt": c.title + "\n\n" + cart + "\n" + c.foot + "\n", "cart.html": "<!DOCTYPE html><h1>" + c.title + "</h1><p>" + strings.ReplaceAll(cart, "\n", "<br>") + `</p><a href="/checkout">` + c.foot + "</a>"} {
			if o, err := orderfile.ReadHere(t.Context(), name, []byte(text), ""); err != nil || o.Complete() || o.StorageGB() > 0 {
				t.Errorf("%s, %s, in %s: %v\n%s", c.title, c.foot, name, err, told(o))
			}
		}
	}
	for shows, text := range map[string]string{
		"an order with a cart's heading":      "Order confirmation 10042\n\nShopping cart\n\n" + cart,
		"an order with a shop's links":        "Thank you for your order!\n\n" + cart + "\nView cart\n",
		"an order that names its cart":        "Order 10042\n\n" + cart + "\nCart subtotal: $33.00\n",
		"a customer called so":                strings.Replace(cart, "Example Inc.", "Basket Weavers Ltd", 1),
		"a customer who checks out":           strings.Replace(cart, "Example Inc.", "Checkout Systems Ltd", 1),
		"a field of a form":                   "Cart items: 1\n\n" + cart,
		"an order that was reviewed":          "Order 10042 confirmed\n\n" + cart + "\nPlace order\n",
		"an item that is no cart":             cart + "1 x Shopping cart plugin\n",
		"an invoice of a shop":                "Invoice 77\n\nBasket\n\n" + cart,
		"a bestellung, and what it came from": "Bestellung 10042\n\nWarenkorb\n\n" + cart,
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestPagesBeforeTheOrder asks about pages of a shop on which the order is still to be sent, and takes those on which it was.
func TestPagesBeforeTheOrder(t *testing.T) {
	page := func(title, foot string) []byte {
		return []byte("<!DOCTYPE html><h1>" + title + "</h1><p>" + strings.ReplaceAll(head, "\n", "<br>") + "</p><p>30 x 1 GB Storage Server</p>" + foot)
	}
	for _, foot := range []string{
		"<button>Place order</button>", `<form><input type=submit value="Submit order"></form>`, `<input type=image alt="Buy now">`, `<button aria-label="Pay now"></button>`,
		"<button><b>Zahlungspflichtig</b> bestellen</button>", "<button>Commander et payer</button>", "<button>Realizar pedido</button>", "<button>Conferma ordine</button>",
		"<button>Bestelling plaatsen</button>", "<button>Slutför köp</button>", "<button>Kupuję i płacę</button>", "<p>Continue to payment</p>", "<p>Step 3 of 4</p>", "<p>Schritt 3 von 4: Prüfen</p>",
		"<p>Étape 3 sur 4</p>", "<p>Paso 3 de 4</p>", "<p>Stap 3/4</p>", "<p>Vai al pagamento</p>", "<p>Ga naar betalen</p>", "<p>Till betalning</p>", "<p>Do płatności</p>", "<p>Bestellung prüfen</p>",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.html", page("Your order", foot), ""); err != nil || o.Complete() || o.StorageGB() > 0 {
			t.Errorf("%s: %v\n%s", foot, err, told(o))
		}
	}
	for foot, title := range map[string]string{
		"<button>Print</button>": "Order 10042", "<button>Order again</button>": "Order 10042", "<button>Place order</button>": "Thank you for your order!", "<button>Submit</button>": "Order form",
		"<input type=submit value=Search>": "Order", "<button>Checkout</button>": "Order confirmation", "<p>Step 4 of 4</p>": "Order 10042 received", "<button>Cancel</button>": "Order", "<button>Track your order</button>": "Your order",
		`<button style="display:none">Place order</button>`: "Order", "<p>Steps 3 and 4</p>": "Order",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.html", page(title, foot), ""); err != nil || o.StorageGB() != 30 {
			t.Errorf("%s, %s: %v\n%s", title, foot, err, told(o))
		}
	}
}
