package etcd_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"mozybot/provision"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
)

func TestAStateMovesFromAFileToEtcdAndBack(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mozybot.db")
	one, err := bolt.Open(file, inChild)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 150 { // more than one transaction of etcd's
		job, err := one.Create(t.Context(), newJob(fmt.Sprint("F", i)))
		if err == nil {
			_, err = one.Update(t.Context(), job.ID, nil, provision.Entry{Step: provision.StepBuy, Kind: provision.Intended})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	head, err := one.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := one.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}

	c := configFor(t, newPlace(members.Addrs()...))
	restored, err := etcd.Restore(t.Context(), backup, c, false)
	if err != nil {
		t.Fatal(err)
	}
	if restored.Jobs != 150 || restored.Records <= head.Seq {
		t.Errorf("restored %+v; there were 150 jobs and %d records", restored, head.Seq)
	}
	three := lead(t, c)
	if v, err := three.Verify(t.Context(), head); err != nil || v.Jobs != 150 {
		t.Errorf("in etcd: %+v, %v", v, err)
	}
	if job, err := three.Create(t.Context(), newJob("another")); err != nil || job.ID != "151" {
		t.Errorf("the next job is %q, %v", job.ID, err)
	}
	_, err = etcd.Restore(t.Context(), backup, configFor(t, c.Place), true)
	wantError(t, err, provision.Conflict, "in use", c.Self.Host, "Stop every replica")
	back := filepath.Join(t.TempDir(), "back.db")
	if _, err := three.Backup(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	if err := three.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = etcd.Restore(t.Context(), backup, configFor(t, c.Place), false)
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a state that is there: %v", err)
	}

	again := filepath.Join(t.TempDir(), "mozybot.db")
	v, err := bolt.Restore(t.Context(), back, again, inChild)
	if err != nil || v.Jobs != 151 {
		t.Fatalf("back in a file: %+v, %v", v, err)
	}
	file2, err := bolt.Open(again, inChild)
	if err != nil {
		t.Fatal(err)
	}
	defer file2.Close()
	if job, err := file2.Create(t.Context(), newJob("one more")); err != nil || job.ID != "152" {
		t.Errorf("the next job is %q, %v", job.ID, err)
	}
}

func TestARestoreThatDidNotGetToItsEndIsNoState(t *testing.T) {
	t.Parallel()
	c := configFor(t, newPlace(members.Addrs()...))
	first := lead(t, c)
	if _, err := first.Create(t.Context(), newJob("F1")); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := first.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := client(t).Delete(t.Context(), c.Place.Prefix+"/data/meta/schema", clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	_, err := etcd.Open(t.Context(), c)
	wantError(t, err, provision.Invalid, "not whole", "--move-aside")
	if !errors.Is(err, etcd.ErrNotWhole) {
		t.Error(err)
	}
	if v, err := etcd.Restore(t.Context(), backup, c, true); err != nil || v.Jobs != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if job, err := lead(t, c).Create(t.Context(), newJob("F2")); err != nil || job.ID != "2" {
		t.Errorf("the next job is %q, %v", job.ID, err)
	}
}
