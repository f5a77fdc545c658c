// What a program can reach.

package remold

import "iter"

// Program is what a program works with: it lists, reads and writes keys itself, through the journal and the guard as
// transforms of records do. Every key is checked against what was granted.
type Program struct {
	Run
	h programHandle
}

// Applied says what became of a record that was applied.
type Applied uint8

const (
	// Written: the edits were written.
	Written Applied = iota
	// Unchanged: there was nothing to write.
	Unchanged
	// Conflict: the key changed since it was read; get it again.
	Conflict
	// Already: this run has migrated the key before.
	Already
)

var appliedNames = [...]string{"applied", "unchanged", "conflict", "already"}

// String returns the word that reports use.
func (a Applied) String() string {
	if int(a) < len(appliedNames) {
		return appliedNames[a]
	}
	return "unknown"
}

// Scan walks the keys that match a pattern. The host is asked for a page at a time, and remembers how far it is: a walk that
// was broken off goes on where it was. It needs the capability scan on the pattern. A key is a string of its bytes, which
// need not be UTF-8. After an error there are no more keys.
func (p *Program) Scan(pattern string) iter.Seq2[string, error] {
	return p.scan(pattern, Optional[Kind]{})
}

// ScanKind walks the keys that match a pattern and hold a value of a kind, as [Program.Scan] does.
func (p *Program) ScanKind(pattern string, kind Kind) iter.Seq2[string, error] {
	return p.scan(pattern, Some(kind))
}

func (p *Program) scan(pattern string, kind Optional[Kind]) iter.Seq2[string, error] {
	return pages(func(_, _ uint32) ([]string, error) { return p.h.scan(pattern, kind) })
}

// Get reads a key, and returns whether it is there. It needs the capability read or write on it.
func (p *Program) Get(key string) (rec *Record, found bool, err error) {
	records, err := p.GetMany(key)
	if err != nil || records[0] == nil {
		return nil, false, err
	}
	return records[0], true, nil
}

// GetMany reads keys at once, in order; nil stands for a key that is not there. It needs the capability read or write on
// each. Records that are held count as memory until they are applied or released.
func (p *Program) GetMany(keys ...string) ([]*Record, error) {
	handles, err := p.h.get(keys)
	if err != nil {
		return nil, err
	}
	records := make([]*Record, len(handles))
	for i, h := range handles {
		if h.OK {
			records[i] = &Record{Run: p.Run, h: h.Value}
		}
	}
	return records, nil
}

// Apply writes the edits of a record, exactly once per run, and lets the record go. It needs the capability write on the key.
func (p *Program) Apply(rec *Record) (Applied, error) {
	applied, err := p.ApplyMany(rec)
	if err != nil {
		return 0, err
	}
	return applied[0], nil
}

// ApplyMany writes the edits of records at once, as [Program.Apply] does, and returns what became of each, in order.
func (p *Program) ApplyMany(records ...*Record) ([]Applied, error) {
	return p.h.apply(handlesOf(records))
}

// Release lets records go that are not applied.
func (p *Program) Release(records ...*Record) { p.h.release(handlesOf(records)) }

// Progress tells the operator how far the program is, where the total is known.
func (p *Program) Progress(done, total uint64) { p.h.progress(done, Some(total)) }

// ProgressOfUnknown tells the operator how far the program is, where the total is not known.
func (p *Program) ProgressOfUnknown(done uint64) { p.h.progress(done, Optional[uint64]{}) }

// Checkpoint remembers how far the program is, for a run that is resumed: everything that was applied before counts as done.
func (p *Program) Checkpoint(state []byte) error { return p.h.checkpoint(state) }

// ResumedFrom returns the last checkpoint of the run that is resumed, and whether there is one.
func (p *Program) ResumedFrom() (state []byte, resumed bool) {
	last := p.h.resumedFrom()
	return last.Value, last.OK
}

// Backup takes a backup and returns its name. It needs the capability backup.
func (p *Program) Backup(name string) (string, error) {
	if err := needText(name, "the name"); err != nil {
		return "", err
	}
	return p.h.backup(name)
}

func handlesOf(records []*Record) []recordHandle {
	handles := make([]recordHandle, len(records))
	for i, rec := range records {
		handles[i] = rec.h
	}
	return handles
}
