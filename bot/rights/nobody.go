package rights

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

// Nobody says of everything in APPROVERS and REQUESTERS that stands for nobody why it does, in whole sentences, and whether
// too few approvers remain. From then on nobody is called by such an id. An error means that Slack could not be asked.
func (r *Rights) Nobody(ctx context.Context) ([]string, error) {
	approvers, wrong, err := r.look(ctx, "APPROVERS", r.config.Approvers)
	if err != nil {
		return nil, err
	}
	_, more, err := r.look(ctx, "REQUESTERS", r.config.Requesters)
	if err != nil {
		return nil, err
	}
	wrong = append(wrong, more...)
	switch needed := max(1, r.config.Needed); {
	case len(approvers) == 0:
		wrong = append(wrong, "Nobody can approve an order: APPROVERS names no one who is in Slack.")
	case len(approvers) < needed:
		wrong = append(wrong, fmt.Sprintf("Nobody can approve an order: an order needs %d of APPROVERS, and there are only %d.", needed, len(approvers)))
	}
	return wrong, nil
}

// look tells the people whom a variable names from the entries that stand for nobody.
func (r *Rights) look(ctx context.Context, variable string, list []string) (people []provision.Person, wrong []string, err error) {
	for _, name := range list {
		name = strings.TrimSpace(name)
		var found []provision.Person
		var why string
		if IsUser(name) {
			found, why, err = r.lookUp(ctx, name)
		} else {
			found, why, err = r.lookUpGroup(ctx, name)
		}
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			wrong = append(wrong, fmt.Sprintf("%s: %s.", variable, why))
		}
		people = append(people, found...)
	}
	slices.Sort(people)
	return slices.Compact(people), wrong, nil
}

func (r *Rights) lookUp(ctx context.Context, id string) (found []provision.Person, why string, err error) {
	var user *slack.User
	err = webapi.Retry(ctx, func() (err error) {
		user, err = r.slack.GetUserInfoContext(ctx, id)
		return err
	})
	person := provision.Person(id)
	switch webapi.ErrorCode(err) {
	case "user_not_found", "user_not_visible":
		r.setNobody(person, true)
		return nil, fmt.Sprintf("there is no person %q in Slack (their profile has the member id, U0…)", id), nil
	case "missing_scope": // an older installation: they are believed to be there
		return []provision.Person{person}, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("looking up %s: %w", id, err)
	}
	r.setNobody(person, user.Deleted)
	if user.Deleted {
		return nil, fmt.Sprintf("the person %s has left the workspace", id), nil
	}
	return []provision.Person{person}, "", nil
}

func (r *Rights) lookUpGroup(ctx context.Context, name string) (found []provision.Person, why string, err error) {
	groups, err := r.members(ctx, []string{name})
	if err != nil {
		return nil, "", err
	}
	switch g := groups[name]; {
	case g.id == "":
		return nil, fmt.Sprintf("there is no user group %q in Slack (write people as U0…, and user groups as @handle or S0…)", name), nil
	case len(g.members) == 0:
		return nil, fmt.Sprintf("the user group %q has no members", name), nil
	default:
		return g.members, "", nil
	}
}

func (r *Rights) setNobody(person provision.Person, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nobody[person] = is
}

// isNobody says whether a person was looked for in vain.
func (r *Rights) isNobody(person provision.Person) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nobody[person]
}
