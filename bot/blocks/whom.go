package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// forWords are whom an order is for where that is said.
var forWords = map[provision.For]string{provision.ForExisting: "an existing customer, more storage", provision.ForUnclear: "not clear"}

// whomInput is the choice of whom an order is for. Where that is not clear, nothing is chosen beforehand.
func whomInput(f provision.For) slack.Block {
	fresh := slack.NewOptionBlockObject("new", plain("A new customer"), nil)
	more := slack.NewOptionBlockObject(string(provision.ForExisting), plain("More storage for an existing customer"), nil)
	e := slack.NewRadioButtonsBlockElement(provision.FieldFor, fresh, more)
	switch f {
	case provision.ForNew:
		e.InitialOption = fresh
	case provision.ForExisting:
		e.InitialOption = more
	}
	return input(provision.FieldFor, "For", "An existing customer needs no contact and no e-mail: the mail goes to the group's admin.", e, false)
}

func readWhom(chosen string) provision.For {
	if chosen == string(provision.ForExisting) {
		return provision.ForExisting
	}
	return provision.ForNew
}

// askWhom asks whom an order is for: a name alone does not tell, and the wrong answer buys twice or for the wrong customer.
func askWhom(j provision.Job) string {
	whom, _ := j.AsksWhom()
	g := whom.Group
	if g == nil {
		return "*Whom is this for?*\n" + bullets(j.Quoted.Conflicts) + "\nIf it is a new customer, say so. Else press Edit and correct the company or the Account ID, or make the group in the console and press Look again."
	}
	text := fmt.Sprintf("*Is this more storage for %s (Account ID %s), or another company?* ", Shorten(g.Name, maxShown), Shorten(g.ID, maxShown))
	if j.Order.For == provision.ForExisting {
		text = fmt.Sprintf("*Is this more storage for %s (Account ID %s)?* The order is from %s. ", Shorten(g.Name, maxShown), Shorten(g.ID, maxShown), Shorten(j.Order.Company, maxShown))
	}
	text += fmt.Sprintf("That group is of type %s, with %s assigned and %s used.", g.Type, GB(g.AssignedGB), GB(g.UsedGB))
	if g.Type == provision.Assigned {
		text += fmt.Sprintf(" With this order %s become %s.", GB(g.AssignedGB), GB(g.AssignedGB+j.Order.StorageGB()))
	}
	text += " An order that came in twice would do it twice: please compare it with the customer's last one."
	if more := j.Quoted.Conflicts[1:]; len(more) > 0 {
		text += "\nBesides:\n" + bullets(more)
	}
	return text
}

func asksWhom(j provision.Job) bool {
	_, asks := j.AsksWhom()
	return asks
}

// whomButtons are the answers. Neither is the likely one.
func whomButtons(j provision.Job) []slack.BlockElement {
	whom, _ := j.AsksWhom()
	var all []slack.BlockElement
	account := ""
	if g := whom.Group; g != nil {
		account = g.ID
		all = append(all, button(ActionMoreFor, "More for this one", fmt.Sprintf("Job %s is more storage for Account ID %s", j.ID, g.ID),
			Press{Job: j.ID, Account: account}.Value(), slack.StyleDefault))
	}
	label := "Another company"
	if whom.Group == nil || j.Order.For == provision.ForExisting {
		label = "A new customer"
	}
	return append(all, button(ActionNewCustomer, label, fmt.Sprintf("Job %s is for a new customer", j.ID), Press{Job: j.ID, Account: account}.Value(), slack.StyleDefault))
}

// grows says what an order makes of an existing customer's group, in a line.
func grows(g provision.Growth) string {
	text := fmt.Sprintf("*%s become %s* in the group %s (Account ID %s).", GB(g.FromGB), GB(g.ToGB), Shorten(g.Group, maxShown), Shorten(g.AccountID, maxShown))
	if g.ServerOn {
		text += " Server Support is switched on."
	}
	return text
}

// lower is how the group of an existing customer gets back what it had.
func lower(j provision.Job, g provision.Growth) string {
	text := fmt.Sprintf("Click “User Group List” under “Quick Links”, then “Edit” in the row of “%s”, set “Assigned” back to %s", orderName(j), GB(g.FromGB))
	if g.ServerOn {
		text += ", take the tick off “Server Support”"
	}
	return text + ", and click “Save”. The storage is Available then."
}

// mailed is who gets the mail.
func mailed(j provision.Job) string { return Shorten(provision.WelcomeOf(j).Email, maxValue) }
