// Package rights knows who may request and who may approve orders: the user ids and user groups that are configured, as
// Slack has their members at the moment. What a right allows is provision's to say, by its Policy.
package rights

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

// How long the members of the user groups are cached: decisions depend on them. Slack allows about 20 such calls a
// minute, and sends an event when a group changes.
const membersFor = time.Minute

var userID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// IsUser says whether a name in a list of people is a user's id, and not a user group's.
func IsUser(name string) bool { return userID.MatchString(name) }

// Config lists who has which rights: user ids, user-group ids and @handles of user groups.
type Config struct {
	Approvers    []string
	Requesters   []string // empty for everybody in the channels
	SelfApproval bool     // the requester may approve too, if they are an approver
	Needed       int      // how many approvals a job needs; 0 for one

	Spare provision.SpareRule // whether the default group's spare storage is used first
}

// Rights answers who may do what. It is safe for concurrent use.
type Rights struct {
	config Config
	slack  *slack.Client
	log    logrus.FieldLogger

	mu     sync.Mutex
	groups map[string]group // by group id and by @handle; the zero group for one that is not there
	until  time.Time
	nobody map[provision.Person]bool // of the ids that were looked up
}

// group is a user group; the zero group is one that Slack does not know.
type group struct {
	id      string
	members []provision.Person
}

// New makes a Rights. Groups are loaded when first needed.
func New(c Config, client *slack.Client, log logrus.FieldLogger) *Rights {
	return &Rights{config: c, slack: client, log: log, nobody: map[provision.Person]bool{}}
}

// Invalidate drops the cached groups.
func (r *Rights) Invalidate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups = nil
}

// Policy is who may decide right now. It is an error when Slack cannot be asked about the groups and the person is not
// an approver by their own id: we cannot know.
func (r *Rights) Policy(ctx context.Context, person provision.Person) (provision.Policy, error) {
	approvers, err := r.named(ctx, r.config.Approvers)
	if err != nil && !slices.Contains(approvers, person) {
		return provision.Policy{}, &provision.Error{
			Code:    provision.Unavailable,
			Message: "Slack could not be asked just now who the approvers are. Nothing was changed; please press again in a minute.",
			Err:     err,
		}
	}
	return provision.Policy{Approvers: approvers, Self: r.config.SelfApproval, Needed: r.config.Needed, Spare: r.config.Spare}, nil
}

// Approvers are all who may approve and can be called. When Slack cannot be asked for the groups, it returns those named by
// id together with the error.
func (r *Rights) Approvers(ctx context.Context) ([]provision.Person, error) {
	all, err := r.named(ctx, r.config.Approvers)
	return slices.DeleteFunc(all, r.isNobody), err
}

// Mentioned puts a user group of approvers in the place of its members where several of them are called: Slack calls them
// by its handle.
func (r *Rights) Mentioned(ctx context.Context, called []provision.Person) []provision.Person {
	var names []string
	for _, name := range r.config.Approvers {
		if name = strings.TrimSpace(name); !IsUser(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return called
	}
	groups, err := r.members(ctx, names)
	if err != nil { // they are called by their own names
		return called
	}
	for _, name := range names {
		g := groups[name]
		others := slices.DeleteFunc(slices.Clone(called), func(p provision.Person) bool { return slices.Contains(g.members, p) })
		if len(called)-len(others) > 1 {
			called = append(others, provision.Person(g.id))
		}
	}
	return called
}

// MayRequest is nil when the person may bring orders, else an error with a sentence for them.
func (r *Rights) MayRequest(ctx context.Context, person provision.Person) error {
	if len(r.config.Requesters) == 0 {
		return nil
	}
	allowed, err := r.named(ctx, r.config.Requesters)
	if slices.Contains(allowed, person) {
		return nil
	}
	if err != nil {
		return err
	}
	return provision.Errorf(provision.Denied, "Only requesters may bring orders, so no job was made of this file. Ask one of them to drop it.")
}

// Handles says whether somebody is named as an approver or a requester.
func (r *Rights) Handles(ctx context.Context, person provision.Person) bool {
	handlers, err := r.named(ctx, slices.Concat(r.config.Approvers, r.config.Requesters))
	if err != nil {
		r.log.WithError(err).Warn("asking who handles orders")
	}
	return slices.Contains(handlers, person)
}

// named are the people a list of ids and groups stands for. When Slack cannot be asked for the groups, it returns
// those named by id together with the error.
func (r *Rights) named(ctx context.Context, list []string) ([]provision.Person, error) {
	var found []provision.Person
	var groups []string
	for _, name := range list {
		if name = strings.TrimSpace(name); IsUser(name) {
			found = append(found, provision.Person(name))
		} else {
			groups = append(groups, name)
		}
	}
	if len(groups) == 0 {
		return found, nil
	}
	members, err := r.members(ctx, groups)
	if err != nil {
		return found, err
	}
	for _, g := range groups {
		found = append(found, members[g].members...)
	}
	return found, nil
}

// members are those of the wanted groups, remembered or asked for.
func (r *Rights) members(ctx context.Context, wanted []string) (map[string]group, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.groups != nil && time.Now().Before(r.until)
	for _, name := range wanted {
		_, asked := r.groups[name]
		known = known && asked
	}
	if known {
		return r.groups, nil
	}
	fresh, err := r.ask(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for name, members := range r.groups {
		if _, asked := fresh[name]; !asked && time.Now().Before(r.until) {
			fresh[name] = members
		}
	}
	r.groups, r.until = fresh, time.Now().Add(membersFor)
	return fresh, nil
}

func (r *Rights) ask(ctx context.Context, wanted []string) (map[string]group, error) {
	var listed []slack.UserGroup
	err := webapi.Retry(ctx, func() (err error) {
		listed, err = r.slack.GetUserGroupsContext(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the user groups: %w", err)
	}
	fresh := map[string]group{}
	for _, name := range wanted {
		fresh[name] = group{}
		at := slices.IndexFunc(listed, func(g slack.UserGroup) bool { return g.ID == name || strings.EqualFold("@"+g.Handle, name) })
		if at < 0 {
			continue
		}
		var users []string
		err := webapi.Retry(ctx, func() (err error) {
			users, err = r.slack.GetUserGroupMembersContext(ctx, listed[at].ID)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("listing the members of %s: %w", name, err)
		}
		g := group{id: listed[at].ID}
		for _, u := range users {
			g.members = append(g.members, provision.Person(u))
		}
		fresh[name] = g
	}
	return fresh, nil
}
