package etcd

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"

	"mozybot/state/bolt"
)

// scheme is how the address of a state in etcd begins.
const scheme = "etcd://"

// Place is where a state lies: etcd://host:2379,host:2379/prefix.
type Place struct {
	Hosts  []string // host:port of each member
	Prefix string   // without a slash at either end
}

// IsPlace says whether an address is meant to be one of a state in etcd.
func IsPlace(address string) bool { return strings.HasPrefix(address, scheme) }

var errUser = errors.New("it has a user in it: they belong in STATE_USERNAME and STATE_PASSWORD")

// ParsePlace reads an address. Its error says what is wrong with it, and has nothing in it of a password that is there by mistake.
func ParsePlace(address string) (p Place, err error) {
	rest, ok := strings.CutPrefix(address, scheme)
	if !ok {
		return p, fmt.Errorf("it does not begin with %s", scheme)
	}
	hosts, prefix, _ := strings.Cut(rest, "/")
	if strings.Contains(hosts, "@") {
		return p, errUser
	}
	if p.Prefix = strings.Trim(prefix, "/"); p.Prefix == "" {
		return p, fmt.Errorf("it has no prefix: end it with a name for this bot's state, like %smozybot", strings.TrimSuffix(address, "/")+"/")
	}
	for host := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse("//" + host)
		if err != nil || u.Hostname() == "" || u.Host != host {
			if strings.Contains(prefix, "@") { // after a password with a slash in it
				return p, errUser
			}
			return p, fmt.Errorf("%q in it is no host:port", host)
		}
		if u.Port() == "" {
			host = net.JoinHostPort(u.Hostname(), "2379")
		}
		p.Hosts = append(p.Hosts, host)
	}
	return p, nil
}

// String is the address.
func (p Place) String() string { return scheme + strings.Join(p.Hosts, ",") + "/" + p.Prefix }

// Endpoints are the members as etcd's client wants them.
func (p Place) Endpoints(tls bool) (all []string) {
	for _, h := range p.Hosts {
		if tls {
			all = append(all, "https://"+h)
		} else {
			all = append(all, "http://"+h)
		}
	}
	return all
}

// The keys below the prefix.
const (
	dataKeys   = "data/"       // BUCKET/KEY -> a record; BUCKET/ -> the bucket's sequence
	commitKey  = "data/commit" // changes with every write, in its transaction
	leaderKeys = "leader"      // the election: leader/LEASE -> Replica
	termKey    = "term"        // the Replica that leads or led, until it has resigned
)

func (p Place) key(name string) string { return p.Prefix + "/" + name }

// keyOf is where the record of a change lies.
func (p Place) keyOf(c bolt.Change) string { return p.key(dataKeys) + c.Bucket + "/" + c.Key }

// changeOf is the change of a record, when the key is that of one.
func (p Place) changeOf(key string, value []byte) (c bolt.Change, ok bool) {
	name, ok := strings.CutPrefix(key, p.key(dataKeys))
	if !ok {
		return c, false
	}
	c.Bucket, c.Key, ok = strings.Cut(name, "/")
	c.Value = value
	return c, ok
}

// beside are the ranges of keys below the prefix that are none of ours.
func (p Place) beside() (ops []clientv3.Op) {
	from := p.key("")
	end := func(key string) string { return clientv3.GetPrefixRangeEnd(p.key(key)) }
	for _, known := range []struct{ first, after string }{
		{p.key(dataKeys), end(dataKeys)}, {p.key(leaderKeys) + "/", end(leaderKeys + "/")}, {p.key(termKey), p.key(termKey) + "\x00"},
	} {
		ops = append(ops, clientv3.OpGet(from, clientv3.WithRange(known.first), clientv3.WithKeysOnly(), clientv3.WithLimit(1)))
		from = known.after
	}
	return append(ops, clientv3.OpGet(from, clientv3.WithRange(end("")), clientv3.WithKeysOnly(), clientv3.WithLimit(1)))
}
