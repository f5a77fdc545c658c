// The stand-in for the host, for tests of a transform outside of the sandbox.

//go:build !wasip1

package remold

import (
	"slices"
	"time"
)

// StandIn takes the place of the host in tests. It keeps records in memory and answers as the host does, with the same
// refusals. It is a test double and proves nothing about the sandbox: it has no limits, sees no conflicts but those that a
// test makes, writes nothing to Redis, and its seeds are others than the host's. remold test and remold dry-run are the
// proof.
//
// The zero StandIn is ready for use. It exists in every build but the one for wasip1.
type StandIn struct {
	// Parameters are the manifest's parameters.
	Parameters Parameters
	// Now is the run's clock.
	Now time.Time
	// Seed is the run's seed.
	Seed uint64
	// Grants is what was granted; nil grants everything.
	Grants *Grants
	// Checkpoint is the last checkpoint, which a program goes on from if it is not nil.
	Checkpoint []byte
	// Log is what was logged.
	Log []LogLine

	keyspace keyspace
}

// Grants is what a transform may reach beyond its records, as key patterns.
type Grants struct {
	// Read are the keys that may be read.
	Read []string
	// Write are the keys that may be written.
	Write []string
	// Scan are the patterns that may be listed.
	Scan []string
	// Backup says whether a backup may be taken.
	Backup bool
}

// LogLine is a line that a transform logged.
type LogLine struct {
	// Level is how important it is.
	Level Level
	// Message is the text.
	Message string
}

// Edits is what a transform asked for on a record.
type Edits struct {
	// Value is the value with its edits.
	Value Value
	// ExpiresAt is when the key expires; the zero time if it does not.
	ExpiresAt time.Time
	// RenamedTo is the new key, if it was renamed.
	RenamedTo Optional[string]
	// Deleted says whether the key is to be deleted.
	Deleted bool
	// Emitted are the other keys to be written, in the order of the calls.
	Emitted []Entry
	// Removed are the other keys to be deleted, in the order of the calls.
	Removed []string
	// Asked are the keys that lookups asked for, in the order of the calls.
	Asked []string
}

// NewRecord returns a record of a stand-in of its own, which grants everything. It exists in tests only, see [StandIn].
func NewRecord(key string, value Value) *Record {
	return new(StandIn).NewRecord(Entry{Key: key, Value: value})
}

// NewBatch returns a batch of records, which are of one stand-in. It exists in tests only, see [StandIn].
func NewBatch(records ...*Record) *Batch {
	batch := &Batch{h: handlesOf(records), count: len(records)}
	if len(records) > 0 {
		batch.Run = records[0].Run
	}
	return batch
}

// NewRecord returns a record.
func (s *StandIn) NewRecord(entry Entry) *Record {
	return &Record{Run: Run{runHandle{s}}, h: newHandle(s, entry)}
}

// NewProgram returns what a program is called with.
func (s *StandIn) NewProgram() *Program {
	return &Program{Run: Run{runHandle{s}}, h: &program{host: s}}
}

// Put writes a key into the keyspace, as an application would: for lookups, and for programs.
func (s *StandIn) Put(entry Entry) { s.keyspace.put(entry) }

// Get returns a key of the keyspace, and whether it is there.
func (s *StandIn) Get(key string) (Entry, bool) { return s.keyspace.get(key) }

// Edits returns what was asked for on the record so far. It exists in tests only, see [StandIn].
func (r *Record) Edits() Edits {
	return Edits{
		Value:     cloneValue(r.h.entry.Value),
		ExpiresAt: r.h.entry.ExpiresAt,
		RenamedTo: r.h.renamedTo,
		Deleted:   r.h.deleted,
		Emitted:   slices.Clone(r.h.emitted),
		Removed:   slices.Clone(r.h.removed),
		Asked:     slices.Clone(r.h.asked),
	}
}

// Outcome returns what became of the record in [Call], or was said of it by way of a [Batch]: nil if it is done, otherwise a
// [*Skipped], a [*Rejected] or a [*Failure], after which the host drops its edits. It exists in tests only, see [StandIn].
func (r *Record) Outcome() error {
	if r.h.fault != nil {
		return r.h.fault
	}
	return r.h.verdict
}

// Outcome returns what became of the program in [CallProgram]: nil if it is done, otherwise a [*Skipped], a [*Rejected] or a
// [*Failure]. It exists in tests only, see [StandIn].
func (p *Program) Outcome() error { return p.h.verdict }

// called is what an exported function is being called with.
var called struct {
	batch   *Batch
	program *Program
}

// Call calls an exported function, such as migrate, with records as the host does. Tests that call it must not run in
// parallel. It exists in tests only, see [StandIn].
func Call(export func(count uint32), records ...*Record) {
	called.batch = NewBatch(records...)
	defer func() { called.batch = nil }()
	export(uint32(len(records)))
}

// CallProgram calls the exported function run as the host does. Tests that call it must not run in parallel. It exists in
// tests only, see [StandIn].
func CallProgram(run func(), program *Program) {
	called.program = program
	defer func() { called.program = nil }()
	run()
}

func openBatch(count uint32) *Batch {
	if called.batch == nil || called.batch.Len() != int(count) {
		panic("remold: outside of the sandbox an exported function is called by remold.Call")
	}
	return called.batch
}

func openProgram() *Program {
	if called.program == nil {
		panic("remold: outside of the sandbox an exported function is called by remold.CallProgram")
	}
	return called.program
}
