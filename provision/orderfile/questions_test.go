package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

// TestQuestionsOfForms has what forms ask, as labels beside their answers and as the heads of columns, each with questions that are
// about something else.
func TestQuestionsOfForms(t *testing.T) {
	const who = "Company,Example Inc.\nContact,Mister Guy\nEmail,mguy@example.com\n"
	const heads, whose = "Timestamp,Company,Contact,Email,", "\n1/1/2026,Example Inc.,Mister Guy,mguy@example.com,"
	const thirty = "1 GB Storage Server,30\n"
	for _, c := range []struct {
		shows, text string
		gb          int
		server      bool
		complete    bool
	}{
		{"in English", who + "How many GB of server storage do you need?,30\nDo you want the Cloud Server License?,Yes\n", 30, true, true},
		{"with the unit in the answer", who + "How much server storage do you need?,30 GB\nDo you want the Cloud Server License?,\"No, thank you\"\n", 30, false, true},
		{"without a unit", who + "How much server storage do you need?,30\n", 0, false, false},
		{"in Italian", who + "Quanti GB di spazio di archiviazione server?,30\nDesidera la Cloud Server License?,Sì\n", 30, true, true},
		{"in German", who + "Wie viele GB Server-Speicher benötigen Sie?,30\nMöchten Sie die Cloud Server License?,nein\n", 30, false, true},
		{"in French", who + "Combien de Go de stockage souhaitez-vous ?,30\nSouhaitez-vous la Cloud Server License ?,oui\n", 30, true, true},
		{"in Spanish", who + "¿Cuántos GB de almacenamiento necesita?,30\n¿Desea la Cloud Server License?,no\n", 30, false, true},
		{"in Dutch", who + "Hoeveel GB opslag heeft u nodig?,30\nHeeft u de Cloud Server License nodig?,ja\n", 30, true, true},
		{"in Polish", who + "Ile GB przestrzeni na serwerze?,30\nCzy chcą Państwo Cloud Server License?,tak\n", 30, true, true},
		{"amounts in Polish", who + "1 GB Storage Server - liczba sztuk,30\nCloud Server License,nie\n", 30, false, true},
		{"amounts in German", who + "1 GB Storage Server – Anzahl,30\nCloud Server License,ja\n", 30, true, true},
		{"amounts in Czech", who + "1 GB Storage Server (počet kusů),30\nCloud Server License,ano\n", 30, true, true},
		{"one and none", who + thirty + "Do you want the Cloud Server License?,1\n", 30, true, true},
		{"a nought", who + thirty + "Do you want the Cloud Server License?,0\n", 30, false, true},
		{"true", who + thirty + "Do you want the Cloud Server License?,true\n", 30, true, true},
		{"an answer with more words", who + thirty + "Do you want the Cloud Server License?,\"Yes, but only from May\"\n", 30, false, false},
		{"another cell behind the answer", who + "How many GB of server storage do you need?,30,if the board agrees\n", 0, false, false},
		{"an amount that is not certain", who + "How many GB of server storage do you need?,30 or 40\n", 0, false, false},
		{"about as much", who + "How much server storage do you need?,about 30 GB\n", 0, false, false},
		{"a yes to an amount", who + "How many GB of server storage do you need?,Yes\n", 0, false, false},
		{"no answer", who + "How many GB of server storage do you need?,\nDo you want the Cloud Server License?,Yes\n", 0, true, false},
		{"what there is already", who + "How many GB of storage do you have?,30\n", 0, false, false},
		{"what is used", who + "How many GB do you use on your server?,30\n", 0, false, false},
		{"whether there is a license already", who + thirty + "Do you already have the Cloud Server License?,Yes\n", 30, false, false},
		{"whether to cancel one", who + thirty + "Do you want to cancel the Cloud Server License?,Yes\n", 30, false, false},
		{"whether to go without one", who + thirty + "Do you want to do without the Cloud Server License?,Yes\n", 30, false, false},
		{"for each of several", who + "How many GB of storage for each server?,30\n", 0, false, false},
		{"of something else", who + "How many GB of RAM does your server have?,30\n" + thirty, 0, false, false},
		{"two amounts", who + "How many GB of server storage do you need?,30\nHow many GB of server storage would you like to add?,20\n", 0, false, false},
		{"both answers beside the question", who + thirty + "Do you want the Cloud Server License?,Yes,No\n", 30, false, false},
		{"in columns", heads + "How much server storage do you need?,Do you want the Cloud Server License?" + whose + "30 GB,Yes please\n", 30, true, true},
		{"in columns, in Italian", heads + "Quanti GB di spazio di archiviazione server?,Desidera la Cloud Server License?" + whose + "30,No\n", 30, false, true},
		{"in columns, amounts", heads + "1 GB Storage Server - liczba sztuk,Cloud Server License" + whose + "30,tak\n", 30, true, true},
		{"in columns, with unknown words", heads + "\"How many units of \"\"1 GB Storage Server\"\" would you like to order in all?\",Would you like a Server License as well?,I accept the terms" + whose + "30,\"Yes, one\",I accept\n", 0, false, false},
		{"in columns, a long question", heads + "How many units of \"1 GB Storage Server\" would you like to order?,Do you need a Server License as well?,I accept the terms" + whose + "30,\"Yes, one\",I accept\n", 30, true, true},
		{"in columns, a long question about more", heads + "How many units of 1 GB Storage Server would you like to order if we extend the offer?" + whose + "30\n", 0, false, false},
		{"in columns, not accepted", heads + "How many units of 1 GB Storage Server would you like to order?,I accept the terms" + whose + "30,I do not accept\n", 0, false, false},
		{"in columns, without a unit", heads + "How much server storage do you need?" + whose + "30\n", 0, false, false},
		{"in columns, two answers", heads + "How many GB of server storage do you need?" + whose + "30" + whose + "40\n", 0, false, false},
		{"in columns, with a remark", heads + "How many GB of server storage do you need?,Anything else?" + whose + "30,only if it is ready by May\n", 0, false, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(c.text), "")
		if complete := err == nil && o.Complete(); complete != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestFormsWithNumberedBoxes has forms that number what they ask for, that mark what is required, and that print what is asked for
// above its answer.
func TestFormsWithNumberedBoxes(t *testing.T) {
	const ruled = "<table border=1><tr><td>1a. Company / body<br>Example Inc.</td><td>1b. Contact<br>Mister Guy</td></tr><tr><td>1c. E-mail<br>mguy@example.com</td><td>1d. Phone<br>555 0123</td></tr>"
	const starred = "Company *\nExample Inc.\nContact *\nMister Guy\nE-mail *\nmguy@example.com\n"
	for _, c := range []struct {
		shows, file, text string
		gb                int
		server            bool
		complete          bool
	}{
		{"letters behind the numbers", "form.txt", "1a. Company: Example Inc.\n1b. Contact: Mister Guy\n1c. E-mail: mguy@example.com\n2a. 1 GB Storage Server: 30\n2b. Server License: yes\n", 30, true, true},
		{"letters before the numbers", "form.txt", "A1. Company: Example Inc.\nA2. Contact: Mister Guy\nA3. E-mail: mguy@example.com\nB1. 1 GB Storage Server: 30\n", 30, false, true},
		{"parts of numbers", "form.txt", "1.1) Company: Example Inc.\n1.2) Contact: Mister Guy\n1.3) E-mail: mguy@example.com\n2.1) 1 GB Storage Server: 30\n", 30, false, true},
		{"answers below", "form.txt", "1a Company\nExample Inc.\n\n1b Contact\nMister Guy\n\n1c E-mail\nmguy@example.com\n\n2a. 1 GB Storage Server - units\n30\n", 30, false, true},
		{"answers below in boxes", "form.html", ruled + "<tr><td>2a. 1 GB Storage Server, units<br>30</td><td>2b. Server License<br>Yes</td></tr></table>", 30, true, true},
		{"a no below in a box", "form.html", ruled + "<tr><td>1 GB Storage Server (quantity)<br>30</td><td>Server License<br>No</td></tr></table>", 30, false, true},
		{"an answer below that is none", "form.html", ruled + "<tr><td>1 GB Storage Server (quantity)<br>as agreed</td><td>Server License<br>No</td></tr></table>", 0, false, false},
		{"an answer below that is not certain", "form.html", ruled + "<tr><td>1 GB Storage Server (quantity)<br>30 or 40</td><td>Server License<br>maybe</td></tr></table>", 0, false, false},
		{"what is there already above its answer", "form.html", ruled + "<tr><td>1 GB Storage Server, in use today<br>30</td><td>Server License<br>No</td></tr></table>", 0, false, false},
		{"what is required", "form.txt", starred + "1 GB Storage Server (quantity) *\n30\nServer License *\nYes\n", 30, true, true},
		{"what is required, with spaces", "form.txt", starred + "\n1 GB Storage Server (quantity) *\n30\n\nServer License *\nno\n", 30, false, true},
		{"what is required and left blank", "form.txt", starred + "1 GB Storage Server (quantity) *\n\nServer License *\nYes\n", 0, true, false},
		{"two answers below", "form.txt", starred + "1 GB Storage Server (quantity) *\n30\n40\n", 0, false, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), c.file, []byte(c.text), "")
		if complete := err == nil && o.Complete(); complete != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestQuestionsForTheHead has questions whose answers are the company, the contact and the address.
func TestQuestionsForTheHead(t *testing.T) {
	const company, contact, email = ",Example Inc.\n", ",Mister Guy\n", ",mguy@example.com\n"
	for _, text := range []string{
		"What is the name of your company?" + company + "What's your first name?,Mister\nAnd your last name?,Guy\nWhat is your e-mail address?" + email,
		"Which company do you work for?" + company + "What is your full name?" + contact + "What email should we send your login to?" + email,
		"Wie heißt Ihre Firma?" + company + "Wie heißen Sie?" + contact + "Wie lautet Ihre E-Mail-Adresse?" + email,
		"Quel est le nom de votre entreprise ?" + company + "Quel est votre nom ?" + contact + "Quelle est votre adresse e-mail ?" + email,
		"¿Cómo se llama su empresa?" + company + "¿Cuál es su nombre completo?" + contact + "¿Cuál es su correo electrónico?" + email,
		"Come si chiama la sua azienda?" + company + "Nome e cognome del referente" + contact + "Qual è il suo indirizzo e-mail?" + email,
		"Wat is de naam van uw bedrijf?" + company + "Wat is uw naam?" + contact + "Wat is uw e-mailadres?" + email,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text+"1 GB Storage Server,30\n"), "")
		if err != nil || !o.Complete() || o.Company != "Example Inc." || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" {
			t.Errorf("%s%v\n%s", text, err, told(o))
		}
	}
	for _, text := range []string{
		"Which company did you use before?,Rival Ltd\n" + "What's your name?" + contact + "What's your email?" + email,
		"Which company do you work for?" + company + "Who recommended us?" + contact + "What's your email?" + email,
		"Which company do you work for?" + company + "What's your name?" + contact + "What email should we send the invoice to?" + email,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text+"1 GB Storage Server,30\n"), "")
		if err != nil || o.Complete() {
			t.Errorf("it says nothing of one field:\n%s%v\n%s", text, err, told(o))
		}
	}
}
