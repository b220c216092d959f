package etcd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"mozybot/provision"
)

// Replica is one running copy of mozybot that shares the state with others.
type Replica struct {
	provision.Instance
	Version string `json:"version,omitempty"`
}

// Replicas are those that etcd knows of: the one that leads, the zero Replica while none does, and those that stand by, the one that is next
// first.
func (s *Store) Replicas(ctx context.Context) (leader Replica, standbys []Replica, err error) {
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	answer, err := s.client.Get(limited, s.config.Place.key(leaderKeys)+"/", clientv3.WithPrefix())
	if err != nil {
		return leader, nil, explain("asking etcd who leads", err)
	}
	slices.SortFunc(answer.Kvs, func(a, b *mvccpb.KeyValue) int { return int(a.CreateRevision - b.CreateRevision) })
	for i, kv := range answer.Kvs {
		var r Replica
		if err := json.Unmarshal(kv.Value, &r); err != nil {
			return leader, nil, fmt.Errorf("reading who stands for election: %w", err)
		}
		if i == 0 {
			leader = r
		} else {
			standbys = append(standbys, r)
		}
	}
	return leader, standbys, nil
}

// lookTime is how long a member has to say how it is.
const lookTime = requestTime / 2

// members are the answers of the members, nil for one that does not answer.
func members(ctx context.Context, client *clientv3.Client) []*clientv3.StatusResponse {
	limited, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	all := make([]*clientv3.StatusResponse, len(client.Endpoints()))
	var asked sync.WaitGroup
	for i, endpoint := range client.Endpoints() {
		asked.Go(func() {
			if answer, err := client.Status(limited, endpoint); err == nil {
				all[i] = answer
			}
		})
	}
	asked.Wait()
	return all
}

// survey looks whether the state can be worked with: the members belong together, most of them answer, and nobody else uses the
// prefix.
func survey(ctx context.Context, client *clientv3.Client, p Place) error {
	clusters := map[uint64][]string{}
	for i, m := range members(ctx, client) {
		if m != nil {
			clusters[m.Header.ClusterId] = append(clusters[m.Header.ClusterId], p.Hosts[i])
		}
	}
	if len(clusters) > 1 {
		var each []string
		for _, hosts := range clusters {
			each = append(each, strings.Join(hosts, " and "))
		}
		slices.Sort(each)
		return provision.Errorf(provision.Invalid, "The hosts of STATE belong to different clusters: %s. Name the members of one.", strings.Join(each, "; "))
	}
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	answer, err := client.Txn(limited).Then(p.beside()...).Commit()
	if err != nil {
		return explain("looking at the state", err)
	}
	for _, r := range answer.Responses {
		for _, kv := range r.GetResponseRange().Kvs {
			return provision.Errorf(provision.Invalid, "Below the prefix of STATE, %q, somebody else keeps the key %q. Give mozybot a prefix of its own.", p.Prefix, kv.Key)
		}
	}
	return nil
}

// Look says in words what keeps etcd from taking a write (an error), or soon will (a warning).
func (s *Store) Look(ctx context.Context) (warning string, err error) {
	if err := s.follower.broken(); err != nil {
		return "", err
	}
	var silent []string
	var nearlyFull bool
	for i, m := range members(ctx, s.client) {
		if m == nil {
			silent = append(silent, s.config.Place.Hosts[i])
			continue
		}
		nearlyFull = nearlyFull || m.DbSizeQuota > 0 && m.DbSize > m.DbSizeQuota/5*4
	}
	if 2*len(silent) >= len(s.config.Place.Hosts) && len(silent) > 0 {
		return "", provision.Errorf(provision.Unavailable, "etcd has no quorum: nothing answers at %s. Nothing can be written until most of its members are back.", strings.Join(silent, ", "))
	}
	limited, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	alarms, err := s.client.AlarmList(limited)
	if err != nil {
		return "", explain("asking etcd how it is", err)
	}
	for _, a := range alarms.Alarms {
		switch a.Alarm {
		case etcdserverpb.AlarmType_NOSPACE:
			return "", explain("", rpctypes.ErrNoSpace)
		case etcdserverpb.AlarmType_CORRUPT:
			return "", explain("", rpctypes.ErrCorrupt)
		}
	}
	switch {
	case len(silent) > 0:
		warning = fmt.Sprintf("nothing answers at %s", strings.Join(silent, ", "))
	case nearlyFull:
		warning = "etcd is nearly full: is it compacted (--auto-compaction-retention) and defragmented?"
	}
	return warning, nil
}

// explain gives an error of etcd's a code, and words for whoever has to mend it.
func explain(doing string, err error) error {
	words := map[error]*provision.Error{
		rpctypes.ErrNoSpace:           provision.Errorf(provision.Unavailable, "etcd is full (alarm NOSPACE) and takes no writes. Compact and defragment it, then run \"etcdctl alarm disarm\"."),
		rpctypes.ErrCorrupt:           provision.Errorf(provision.Unavailable, "A member of etcd is corrupt (alarm CORRUPT), and etcd takes no writes until it is replaced."),
		rpctypes.ErrCompacted:         provision.Errorf(provision.Unavailable, "etcd was compacted while the state was read. It has to be read again."),
		rpctypes.ErrPermissionDenied:  provision.Errorf(provision.Invalid, "etcd doesn't let STATE_USERNAME read and write below the prefix of STATE. Give them a role that may."),
		rpctypes.ErrAuthFailed:        provision.Errorf(provision.Invalid, "etcd refuses STATE_USERNAME or STATE_PASSWORD."),
		rpctypes.ErrUserEmpty:         provision.Errorf(provision.Invalid, "etcd wants a user: set STATE_USERNAME and STATE_PASSWORD."),
		rpctypes.ErrAuthNotEnabled:    provision.Errorf(provision.Invalid, "etcd has no users: leave STATE_USERNAME and STATE_PASSWORD empty, or enable its authentication."),
		rpctypes.ErrLeaseTTLTooLarge:  provision.Errorf(provision.Invalid, "etcd doesn't give leases that long: set a shorter LEASE."),
		context.DeadlineExceeded:      provision.Errorf(provision.Unavailable, "etcd doesn't answer: too few of its members can be reached, or they have no leader."),
		rpctypes.ErrNoLeader:          provision.Errorf(provision.Unavailable, "etcd has no leader: too few of its members are there."),
		rpctypes.ErrRequestTooLarge:   provision.Errorf(provision.Unavailable, "etcd refuses a request as too large: its --max-request-bytes is smaller than the default."),
		rpctypes.ErrTooManyOps:        provision.Errorf(provision.Unavailable, "etcd refuses a request as too long: its --max-txn-ops is smaller than the default."),
		rpctypes.ErrClusterIDMismatch: provision.Errorf(provision.Invalid, "The hosts of STATE belong to different clusters. Name the members of one."),
	}
	found := provision.Errorf(provision.Unavailable, "etcd can't be reached.")
	for known, said := range words {
		if errors.Is(err, known) {
			found = said
		}
	}
	if status.Code(err) == codes.DeadlineExceeded {
		found = words[context.DeadlineExceeded]
	}
	if errors.Is(err, ErrTermOver) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	found.Err = err
	if doing == "" {
		return found
	}
	return fmt.Errorf("%s: %w", doing, found)
}
