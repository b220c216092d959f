package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// How long the members of the user groups are believed. Slack allows about 20 such questions a minute, and tells us
// when a group changes.
const membersFor = 5 * time.Minute

var userID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// people knows who is meant by a list of user ids and user groups. Safe for concurrent use.
type people struct {
	slack *slack.Client

	mu     sync.Mutex
	groups map[string][]provision.Person // members by group id and by @handle
	until  time.Time
}

func newPeople(c *slack.Client) *people { return &people{slack: c} }

// forget has the groups asked for again at the next question.
func (p *people) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups = nil
}

// named are the people a list of ids and groups stands for. When Slack cannot be asked for the groups, it returns
// those named by id together with the error.
func (p *people) named(ctx context.Context, list []string) ([]provision.Person, error) {
	var found []provision.Person
	var groups []string
	for _, name := range list {
		if name = strings.TrimSpace(name); userID.MatchString(name) {
			found = append(found, provision.Person(name))
		} else {
			groups = append(groups, name)
		}
	}
	if len(groups) == 0 {
		return found, nil
	}
	members, err := p.members(ctx, groups)
	if err != nil {
		return found, err
	}
	for _, g := range groups {
		found = append(found, members[g]...)
	}
	return found, nil
}

func (p *people) members(ctx context.Context, wanted []string) (map[string][]provision.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.groups != nil && time.Now().Before(p.until)
	for _, name := range wanted {
		_, asked := p.groups[name]
		known = known && asked
	}
	if known {
		return p.groups, nil
	}
	var listed []slack.UserGroup
	err := insist(ctx, func() (err error) {
		listed, err = p.slack.GetUserGroupsContext(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the user groups: %w", err)
	}
	fresh := map[string][]provision.Person{}
	for _, name := range wanted {
		fresh[name] = nil // a group that is not there has nobody in it
		at := slices.IndexFunc(listed, func(g slack.UserGroup) bool { return g.ID == name || "@"+g.Handle == name })
		if at < 0 {
			continue
		}
		var users []string
		err := insist(ctx, func() (err error) {
			users, err = p.slack.GetUserGroupMembersContext(ctx, listed[at].ID)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("listing the members of %s: %w", name, err)
		}
		for _, u := range users {
			fresh[name] = append(fresh[name], provision.Person(u))
		}
	}
	for name, members := range p.groups {
		if _, asked := fresh[name]; !asked && time.Now().Before(p.until) {
			fresh[name] = members
		}
	}
	p.groups, p.until = fresh, time.Now().Add(membersFor)
	return fresh, nil
}

// policy is who may decide, at this moment. When Slack cannot be asked about the groups and the person is not an
// approver by his own id, it is an error: we cannot know.
func (b *Bot) policy(ctx context.Context, person provision.Person) (provision.Policy, error) {
	approvers, err := b.people.named(ctx, b.Approvers)
	if err != nil && !slices.Contains(approvers, person) {
		return provision.Policy{}, &provision.Error{
			Code:    provision.Unavailable,
			Message: "Slack could not be asked just now who the approvers are. Nothing was changed; please press again in a minute.",
			Err:     err,
		}
	}
	return provision.Policy{Approvers: approvers, Self: b.SelfApproval, Needed: b.Needed}, nil
}
