// Records that hold a hash.

package remold

import (
	"iter"
	"strconv"
	"time"
	"unicode/utf8"
)

// Hash is the fields of a record that holds a hash. Every method fails with CodeWrongKind on another kind.
type Hash struct{ h recordHandle }

// TextField is a field whose name and value are text.
type TextField struct {
	// Name is the field's name.
	Name string
	// Value is its value.
	Value string
}

// Get returns the value of a field, and whether there is such a field. It fails with CodeNotText if it is not UTF-8.
func (h Hash) Get(name string) (value string, found bool, err error) {
	value, found, err = h.h.hashGet(name)
	if err == nil && !utf8.ValidString(value) {
		return "", false, notText("the field " + strconv.Quote(name))
	}
	return value, found, err
}

// GetOr returns the value of a field, or the fallback if there is no such field. It fails with CodeNotText if it is not UTF-8.
func (h Hash) GetOr(name, fallback string) (string, error) {
	value, found, err := h.Get(name)
	if err == nil && !found {
		return fallback, nil
	}
	return value, err
}

// GetBytes returns the value of a field as bytes, and whether there is such a field.
func (h Hash) GetBytes(name string) (value []byte, found bool, err error) {
	text, found, err := h.h.hashGet(name)
	if err != nil || !found {
		return nil, false, err
	}
	return []byte(text), true, nil
}

// Set sets a field, which keeps its own expiry, unlike with HSET.
func (h Hash) Set(name, value string) error { return h.h.hashSet(name, value) }

// Rename renames a field, which keeps its value, its expiry and its place. A field that has the new name is replaced; a
// field that is not there is left alone.
func (h Hash) Rename(from, to string) error { return h.h.hashRename(from, to) }

// Remove removes a field, if it is there.
func (h Hash) Remove(name string) error { return h.h.hashRemove(name) }

// Contains says whether there is a field of this name.
func (h Hash) Contains(name string) (bool, error) { return h.h.hashContains(name) }

// Len returns the number of fields.
func (h Hash) Len() (int, error) { return h.h.hashLen() }

// Clear removes all fields.
func (h Hash) Clear() error { return h.h.hashClear() }

// Names walks the names of the fields; see [Hash.FieldsBytes]. It fails with CodeNotText if one is not UTF-8.
func (h Hash) Names() iter.Seq2[string, error] {
	return texts(pages(h.h.hashNames), "a field name")
}

// NamesBytes walks the names of the fields as bytes; see [Hash.FieldsBytes].
func (h Hash) NamesBytes() iter.Seq2[[]byte, error] { return pages(h.h.hashNames) }

// Fields walks names and values of the fields; see [Hash.FieldsBytes]. It fails with CodeNotText if one is not UTF-8.
func (h Hash) Fields() iter.Seq2[TextField, error] {
	return mapped(h.FieldsBytes(), func(field HashField) (TextField, error) {
		if !utf8.Valid(field.Name) {
			return TextField{}, notText("the field name " + strconv.Quote(string(field.Name)))
		}
		text := TextField{Name: string(field.Name), Value: string(field.Value)}
		if !utf8.ValidString(text.Value) {
			return TextField{}, notText("the field " + strconv.Quote(text.Name))
		}
		return text, nil
	})
}

// FieldsBytes walks the fields. The host is asked for a page at a time, so fields should not be added or removed on the way.
// After an error there are no more fields.
func (h Hash) FieldsBytes() iter.Seq2[HashField, error] { return pages(h.h.hashFields) }

// Map returns all fields. It fails with CodeNotText if a name or value is not UTF-8.
func (h Hash) Map() (map[string]string, error) {
	all := make(map[string]string)
	for field, err := range h.Fields() {
		if err != nil {
			return nil, err
		}
		all[field.Name] = field.Value
	}
	return all, nil
}

// ExpiresAt returns when a field expires, to the millisecond; the zero time if it does not.
func (h Hash) ExpiresAt(name string) (time.Time, error) {
	at, err := h.h.hashExpiresAt(name)
	return timeOf(at), err
}

// SetExpiresAt sets when a field expires, cut to the millisecond; the zero time makes it persistent. It fails if there is no
// such field.
func (h Hash) SetExpiresAt(name string, at time.Time) error {
	return h.h.hashSetExpiresAt(name, millisOf(at))
}
