package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

// The callback_ids of our modals. Other programs send them, so they do not change.
const (
	FormEdit    = "order_edit"    // of a job's order
	FormTypeIn  = "order_type_in" // of a file that could not be read
	FormDecline = "decline"

	FormProvision = "provision" // of /mozy provision: a file, or an order
)

// Every field of a form is a block whose block_id and action_id are both the field's name in the order's JSON form.
const (
	fieldReason = "reason"
	fieldFile   = "file"
)

// Slack's limits on forms (slack FACTS 7), in characters.
const (
	maxInput = 3000
	maxTitle = 24
	maxHint  = 2000
)

// OrderForm is the modal with every field of an order, filled in with the known values. origin gives the place a field
// was read from, "" when unknown. warning is shown above the fields, "" for none. memory comes back when the form is
// sent.
func OrderForm(callback, title string, o provision.Order, origin func(field string) string, warning, memory string) slack.ModalViewRequest {
	list := orderInputs(o.Fields(), origin)
	if missing := o.Missing(); len(missing) > 0 {
		focus(list, missing[0])
	}
	if len(o.Questions) > 0 {
		list = append([]slack.Block{section("*Please answer these before you save:*\n" + bullets(questions(o)))}, list...)
	}
	if warning != "" {
		list = append([]slack.Block{section(warning)}, list...)
	}
	return modal(callback, title, "Save", memory, list...)
}

// focus has people begin at a field of the form, instead of at its first.
func focus(list []slack.Block, field string) {
	for _, b := range list {
		in, ok := b.(*slack.InputBlock)
		if !ok || in.BlockID != field {
			continue
		}
		switch e := in.Element.(type) {
		case *slack.PlainTextInputBlockElement:
			e.FocusOnLoad = true
		case *slack.NumberInputBlockElement:
			e.FocusOnLoad = true
		}
	}
}

func orderInputs(f provision.Fields, origin func(field string) string) []slack.Block {
	words := func(field, label, value string, optional bool) slack.Block {
		e := slack.NewPlainTextInputBlockElement(nil, field).WithMaxLength(maxInput).WithInitialValue(cutAt(value, maxInput))
		return input(field, label, origin(field), e, optional)
	}
	gb := slack.NewNumberInputBlockElement(nil, provision.FieldStorageGB, false).WithMinValue("1")
	if f.StorageGB > 0 {
		gb.WithInitialValue(strconv.Itoa(f.StorageGB))
	}
	no := slack.NewOptionBlockObject("no", plain("No"), nil)
	yes := slack.NewOptionBlockObject("yes", plain("Yes: the order has a Cloud Server License"), nil)
	license := slack.NewRadioButtonsBlockElement(provision.FieldServerLicense, no, yes)
	if license.InitialOption = no; f.ServerLicense {
		license.InitialOption = yes
	}
	existing := f.For != provision.ForNew // who has an admin already
	return []slack.Block{
		words(provision.FieldCompany, "Company", f.Company, false),
		words(provision.FieldContact, "Contact", f.Contact, existing),
		words(provision.FieldEmail, "E-mail", f.Email, existing),
		input(provision.FieldStorageGB, "Storage in GB", origin(provision.FieldStorageGB), gb, false),
		input(provision.FieldServerLicense, "Server Support", origin(provision.FieldServerLicense), license, false),
		words(provision.FieldTask, "Task", f.Task, true),
		words(provision.FieldOrderNumber, "Order number", f.OrderNumber, true),
		words(provision.FieldCustomerID, "Customer ID", f.CustomerID, true),
		whomInput(f.For),
		words(provision.FieldAccountID, "Account ID", f.AccountID, true),
	}
}

// OriginOf gives the places that an order's fields were read from, as far as the order records them.
func OriginOf(o provision.Order) func(field string) string {
	at := func(field, words string) string {
		source, known := o.Sources[field]
		switch {
		case !known:
			return words
		case words == "":
			words = source.Words
		}
		return oneLine(fmt.Sprintf("%s: %s", source.Where, words), maxValue)
	}
	return func(field string) string {
		var read []string
		kind := map[string]provision.ItemKind{provision.FieldStorageGB: provision.Storage, provision.FieldServerLicense: provision.ServerLicense}[field]
		for i, item := range o.Items {
			if kind != "" && item.Kind == kind {
				read = append(read, at(provision.ItemField(i), fmt.Sprintf("%s × %s", provision.Thousands(item.Quantity), oneLine(item.Description, maxValue))))
			}
		}
		if words := at(field, ""); words != "" && len(read) == 0 {
			read = append(read, words)
		}
		if len(read) == 0 {
			return ""
		}
		return "On the order: " + strings.Join(read, "; ")
	}
}

// ReadOrderForm returns what a person entered into OrderForm. Values that only another program could send count as
// absent.
func ReadOrderForm(state *slack.ViewState) provision.Fields {
	gb, err := strconv.Atoi(entered(state, provision.FieldStorageGB))
	if err != nil || gb < 0 {
		gb = 0
	}
	return provision.Fields{
		Company: entered(state, provision.FieldCompany), Contact: entered(state, provision.FieldContact), Email: entered(state, provision.FieldEmail),
		OrderNumber: entered(state, provision.FieldOrderNumber), CustomerID: entered(state, provision.FieldCustomerID), Task: entered(state, provision.FieldTask),
		For: readWhom(entered(state, provision.FieldFor)), AccountID: entered(state, provision.FieldAccountID),
		StorageGB: gb, ServerLicense: entered(state, provision.FieldServerLicense) == "yes",
	}
}

// OrderFormErrors returns the errors in what was entered, by field.
func OrderFormErrors(f provision.Fields, maxGB int) map[string]string {
	errors := map[string]string{}
	for _, fault := range f.Faults(maxGB) {
		if errors[fault.Field] == "" {
			errors[fault.Field] = fault.Sentence
		}
	}
	return errors
}

// ProvisionForm takes an order as a file or typed in.
func ProvisionForm(memory string) slack.ModalViewRequest {
	files := slack.NewFileInputBlockElement(fieldFile)
	files.MaxFiles = maxFiles
	list := []slack.Block{
		input(fieldFile, "Order files", "Each file becomes a job of its own.", files, true),
		section("*Or type the order in.* Then the company, the contact, the e-mail and the storage are needed."),
	}
	for _, b := range orderInputs(provision.Fields{}, OriginOf(provision.Order{})) {
		if i, ok := b.(*slack.InputBlock); ok {
			i.Optional = true // people who drop a file type nothing
		}
		list = append(list, b)
	}
	return modal(FormProvision, "New order", "Send order", memory, list...)
}

// How many files one form takes (slack FACTS 7).
const maxFiles = 10

// ReadProvisionForm returns the files or the fields that a person gave, and what is wrong with them.
func ReadProvisionForm(state *slack.ViewState, maxGB int) (files []slack.File, f provision.Fields, errors map[string]string) {
	f = ReadOrderForm(state)
	if state != nil {
		files = state.Values[fieldFile][fieldFile].Files
	}
	switch {
	case len(files) == 0 && f == provision.Fields{}:
		return nil, f, map[string]string{fieldFile: "Please give a file here, or type the order in below."}
	case len(files) == 0:
		return nil, f, OrderFormErrors(f, maxGB)
	}
	if f != (provision.Fields{}) {
		return files, f, map[string]string{fieldFile: "Please either give files or type the order in, not both."}
	}
	return files, f, nil
}

// DeclineForm asks for the reason for declining.
func DeclineForm(j provision.Job, memory string) slack.ModalViewRequest {
	e := slack.NewPlainTextInputBlockElement(nil, fieldReason).WithMaxLength(maxValue)
	return modal(FormDecline, fmt.Sprintf("Decline job %s", j.ID), "Decline", memory,
		section(fmt.Sprintf("%s\nNothing is bought, and the thread is told why.", Shorten(headline(j), maxValue))),
		input(fieldReason, "Why?", "The thread shows it, and the requester is told.", e, false))
}

// ReadDeclineForm returns the reason given, and what is wrong with it.
func ReadDeclineForm(state *slack.ViewState) (reason string, errors map[string]string) {
	if reason = entered(state, fieldReason); reason == "" {
		return "", map[string]string{fieldReason: "Please say why in a few words."}
	}
	return reason, nil
}

// entered is the value of a field, "" when there is none.
func entered(state *slack.ViewState, field string) string {
	if state == nil {
		return ""
	}
	a := state.Values[field][field]
	if a.SelectedOption.Value != "" {
		return a.SelectedOption.Value
	}
	return spelling.Clean(a.Value)
}

func modal(callback, title, submit, memory string, list ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, PrivateMetadata: memory,
		Title: plain(cutAt(title, maxTitle)), Submit: plain(submit), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: list},
	}
}

func input(field, label, hint string, e slack.BlockElement, optional bool) slack.Block {
	b := slack.NewInputBlock(field, plain(label), nil, e).WithOptional(optional)
	if hint != "" {
		b.Hint = plain(cutAt(hint, maxHint))
	}
	return b
}

// cutAt bounds text that Slack shows as it is.
func cutAt(text string, max int) string {
	if utf8.RuneCountInString(text) > max {
		return provision.Clip(text, max-1)
	}
	return text
}

// oneLine is text that Slack shows as it is, on one line.
func oneLine(text string, max int) string { return cutAt(strings.Join(strings.Fields(text), " "), max) }
