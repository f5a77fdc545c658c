// A record: a key with its value and expiry, which stays in the host.

package remold

import (
	"time"
	"unicode/utf8"
)

// Record is a record of the batch, one that [Record.Lookup] found, or one that a program got. It is valid until the call
// that gave it ends; for a program, until it was applied or released.
type Record struct {
	Run
	h recordHandle
}

// Key returns the key under which the record was read. It fails with CodeNotText if it is not UTF-8.
func (r *Record) Key() (string, error) {
	key := r.h.key()
	if !utf8.ValidString(key) {
		return "", notText("the key")
	}
	return key, nil
}

// KeyBytes returns the key under which the record was read as bytes.
func (r *Record) KeyBytes() []byte { return []byte(r.h.key()) }

// Kind returns the kind of the value.
func (r *Record) Kind() Kind { return r.h.kind() }

// Size returns the size of the value: bytes of a text or opaque value, otherwise the number of elements.
func (r *Record) Size() uint64 { return r.h.size() }

// Seed returns the seed of the record's own random numbers, which depends on the run's seed and the key alone:
//
//	random := rand.New(rand.NewPCG(rec.Seed(), 0))
func (r *Record) Seed() uint64 { return r.h.seed() }

// ExpiresAt returns when the key expires, to the millisecond; the zero time if it does not.
func (r *Record) ExpiresAt() time.Time { return timeOf(r.h.expiresAt()) }

// SetExpiresAt sets when the key expires, cut to the millisecond; the zero time makes it persistent. It fails if that is
// not after 1970 began, or the record was looked up.
func (r *Record) SetExpiresAt(at time.Time) error { return r.h.setExpiresAt(millisOf(at)) }

// TTL returns how long the key has left at the run's clock, and whether it expires at all. What is longer than a
// [time.Duration] can say, 292 years, is cut to that.
func (r *Record) TTL() (left time.Duration, expires bool) {
	ttl := r.h.ttl()
	const longest = uint64(1<<63-1) / uint64(time.Millisecond)
	return time.Duration(min(ttl.Value, longest)) * time.Millisecond, ttl.OK
}

// SetTTL sets how long the key has left at the run's clock, cut to the millisecond. It fails if that is nothing, or the record
// was looked up.
func (r *Record) SetTTL(left time.Duration) error {
	return r.h.setTTL(Some(uint64(max(left.Milliseconds(), 0))))
}

// Persist takes the expiry away. It fails if the record was looked up.
func (r *Record) Persist() error { return r.h.setTTL(Optional[uint64]{}) }

// Value returns the whole value with the edits made so far.
func (r *Record) Value() Value { return r.h.value() }

// SetValue sets the whole value, of the same or another kind. It fails if a name occurs twice, a score is NaN, or entries
// are out of order.
func (r *Record) SetValue(value Value) error { return r.h.setValue(value) }

// Text returns the value of a record that holds a text.
func (r *Record) Text() Text { return Text{r.h} }

// JSON returns the document of a record that holds JSON in a text.
func (r *Record) JSON() JSON { return JSON{r.h} }

// Hash returns the fields of a record that holds a hash.
func (r *Record) Hash() Hash { return Hash{r.h} }

// List returns the items of a record that holds a list.
func (r *Record) List() List { return List{r.h} }

// Set returns the members of a record that holds a set.
func (r *Record) Set() Set { return Set{r.h} }

// SortedSet returns the members of a record that holds a sorted set.
func (r *Record) SortedSet() SortedSet { return SortedSet{r.h} }

// Stream returns the entries of a record that holds a stream.
func (r *Record) Stream() Stream { return Stream{r.h} }

// Rename asks for the key to be renamed, together with all other edits. The last call counts. It needs the capability write
// on the new key.
func (r *Record) Rename(key string) error { return r.h.rename(key) }

// Delete asks for the key to be deleted. Edits of its value are then without effect.
func (r *Record) Delete() error { return r.h.delete() }

// Emit asks for another key to be written. It needs the capability write on it.
func (r *Record) Emit(entry Entry) error { return r.h.emit(entry) }

// Remove asks for another key to be deleted. It needs the capability write on it.
func (r *Record) Remove(key string) error { return r.h.remove(key) }

// Ask asks for a key that the transform of this record will look up. It is for lookups only, and needs the capability read
// on the key.
func (r *Record) Ask(key string) error { return r.h.ask(key) }

// Lookup returns a key that lookups had asked for, as a record that can be read and not edited, and whether there is such
// a key. It fails with CodeNotLookedUp for a key that was not asked for.
func (r *Record) Lookup(key string) (rec *Record, found bool, err error) {
	h, found, err := r.h.lookup(key)
	if err != nil || !found {
		return nil, false, err
	}
	return &Record{Run: r.Run, h: h}, true, nil
}

// timeOf reads Unix milliseconds.
func timeOf(ms Optional[uint64]) time.Time {
	if !ms.OK {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms.Value)).UTC()
}

// millisOf returns Unix milliseconds; zero, which the host refuses, for what is before them.
func millisOf(at time.Time) Optional[uint64] {
	if at.IsZero() {
		return Optional[uint64]{}
	}
	return Some(uint64(max(at.UnixMilli(), 0)))
}
