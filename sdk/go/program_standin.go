// Programs and their keyspace, in the stand-in.

//go:build !wasip1

package remold

import (
	"bytes"
	"slices"
)

// listed is how many keys a scan lists at once.
const listed = 10

// keyspace is the keys that lookups and programs see.
type keyspace struct {
	keys    map[string]stored
	version uint64
	// migrated are the keys that were applied.
	migrated map[string]bool
}

type stored struct {
	entry   Entry
	version uint64
}

func (k *keyspace) put(entry Entry) {
	if k.keys == nil {
		k.keys = make(map[string]stored)
	}
	k.version++
	entry.Value = cloneValue(entry.Value)
	k.keys[entry.Key] = stored{entry, k.version}
}

func (k *keyspace) get(key string) (Entry, bool) {
	found, ok := k.keys[key]
	found.entry.Value = cloneValue(found.entry.Value)
	return found.entry, ok
}

// programHandle is a program with what it has said.
type programHandle = *program

type program struct {
	host    *StandIn
	scanned scan
	verdict error
}

// scan is a listing that goes on.
type scan struct {
	pattern string
	kind    Optional[Kind]
	rest    []string
}

func (p programHandle) scan(pattern string, kind Optional[Kind]) ([]string, error) {
	if granted := p.host.Grants; granted != nil && !slices.Contains(granted.Scan, pattern) {
		message := "no capability grants scan on " + quoted(pattern) + "; ask for it in spec.capabilities.scan"
		return nil, refusal(CodeDenied, message)
	}
	if p.scanned.rest == nil || p.scanned.pattern != pattern || p.scanned.kind != kind {
		p.scanned = scan{pattern, kind, p.host.keyspace.list(pattern, kind)}
	}
	page := p.scanned.rest[:min(listed, len(p.scanned.rest))]
	p.scanned.rest = p.scanned.rest[len(page):]
	if len(page) == 0 {
		p.scanned = scan{}
	}
	return page, nil
}

// list returns the keys that match, in order.
func (k *keyspace) list(pattern string, kind Optional[Kind]) []string {
	keys := []string{}
	for key, stored := range k.keys {
		if matches(pattern, key) && (!kind.OK || stored.entry.Value.Kind() == kind.Value) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (p programHandle) get(keys []string) ([]Optional[recordHandle], error) {
	records := make([]Optional[recordHandle], len(keys))
	for i, key := range keys {
		if err := p.host.check(key, toRead, toWrite); err != nil {
			return nil, err
		}
		if found, ok := p.host.keyspace.keys[key]; ok {
			record := newHandle(p.host, found.entry)
			record.version = found.version
			records[i] = Some(record)
		}
	}
	return records, nil
}

func (p programHandle) apply(records []recordHandle) ([]Applied, error) {
	applied := make([]Applied, len(records))
	for i, record := range records {
		if err := p.host.check(record.key(), toWrite); err != nil {
			return nil, err
		}
		var err error
		if applied[i], err = p.host.keyspace.apply(record); err != nil {
			return nil, err
		}
	}
	return applied, nil
}

// apply writes what was asked for on a record.
func (k *keyspace) apply(record recordHandle) (Applied, error) {
	key := record.key()
	switch {
	case k.migrated[key]:
		return Already, nil
	case k.keys[key].version != record.version:
		return Conflict, nil
	case !record.edited:
		return Unchanged, nil
	}
	if _, taken := k.keys[record.renamedTo.Value]; taken && record.renamedTo.OK && !record.deleted {
		return 0, invalid(quoted(key), "the key "+quoted(record.renamedTo.Value)+" is there already")
	}
	entry := record.entry
	if record.deleted || record.renamedTo.OK {
		delete(k.keys, key)
	}
	if record.renamedTo.OK {
		entry.Key = record.renamedTo.Value
	}
	if !record.deleted {
		k.put(entry)
	}
	for _, emitted := range record.emitted {
		k.put(emitted)
	}
	for _, removed := range record.removed {
		delete(k.keys, removed)
	}
	if k.migrated == nil {
		k.migrated = make(map[string]bool)
	}
	k.migrated[key] = true
	return Written, nil
}

func (programHandle) release([]recordHandle) {}

func (programHandle) progress(uint64, Optional[uint64]) {}

func (p programHandle) checkpoint(state []byte) error {
	p.host.Checkpoint = bytes.Clone(state)
	return nil
}

func (p programHandle) resumedFrom() Optional[[]byte] {
	state := p.host.Checkpoint
	return Optional[[]byte]{Value: bytes.Clone(state), OK: state != nil}
}

func (p programHandle) skip(reason string) { p.verdict = Skip(reason) }

func (p programHandle) reject(code, message string) { p.verdict = Reject(code, message) }

func (p programHandle) fail(failure Failure) { p.verdict = &failure }

func (p programHandle) backup(name string) (string, error) {
	if p.host.Grants != nil && !p.host.Grants.Backup {
		return "", refusal(CodeDenied, `no capability grants backup on ""; ask for it in spec.capabilities.backup`)
	}
	return name, nil
}
