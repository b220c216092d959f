package mailbox

import (
	"github.com/emersion/go-imap/v2"
)

// folders are those that mails are moved to.
type folders struct {
	session   *session
	names     map[string]string // on the server, by the configured ones
	namespace *string           // once it was asked for
}

// find looks for a folder, and makes it if that is the purpose. Where it can't be made, mails are marked where they are,
// which is logged for each.
func (f *folders) find(folder string, purpose purpose) error {
	name, found, err := f.named(folder)
	if err == nil && !found && purpose == making {
		name, err = f.create(folder)
	}
	f.names[folder] = name
	if refused(err) {
		f.session.cfg.Log.WithError(err).Warnf("the folder %q cannot be made", folder)
		return nil
	}
	return err
}

// below are the names that a folder may have: some servers take only those in the user's own namespace ("INBOX.").
func (f *folders) below(folder string) []string {
	if prefix := f.prefix(); prefix != "" {
		return []string{folder, prefix + folder}
	}
	return []string{folder}
}

// named is what a folder is called, and whether it is there. A server that doesn't list it may make it.
func (f *folders) named(folder string) (name string, found bool, err error) {
	for _, name := range f.below(folder) {
		err := f.session.do("looking for the folder "+name, func() error {
			list, err := f.session.client.List("", name, nil).Collect()
			found = len(list) > 0
			return err
		})
		if found || err != nil && !refused(err) {
			return name, found, err
		}
	}
	return folder, false, nil
}

func (f *folders) create(folder string) (name string, err error) {
	for _, name := range f.below(folder) {
		if err = f.session.do("making the folder "+name, f.session.client.Create(name, nil).Wait); !refused(err) {
			return name, err
		}
	}
	return folder, err
}

// prefix begins the names in the user's own namespace; mostly it is "".
func (f *folders) prefix() string {
	if f.namespace == nil {
		f.namespace = new(string)
		if f.session.client.Caps().Has(imap.CapNamespace) {
			err := f.session.do("asking where folders are", func() error {
				data, err := f.session.client.Namespace().Wait()
				if err == nil && len(data.Personal) > 0 {
					*f.namespace = data.Personal[0].Prefix
				}
				return err
			})
			if err != nil { // the next command says whether the connection is broken
				f.session.cfg.Log.WithError(err).Warn("the mail server does not say where folders are")
			}
		}
	}
	return *f.namespace
}
