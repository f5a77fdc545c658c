// A transform by columns that calls every function. Its batch is a:1 to a:3, of which the second is no hash, t:1 to t:4,
// which are texts, or w:1 to w:3, which are of many kinds.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Columns(count, Migrate) }

func main() {}

// The clock that cases have.
const now = 1_767_225_600_000

// Migrate checks what the first key tells.
func Migrate(batch *remold.Batch) error {
	switch batch.KeysBytes()[0][0] {
	case 'a':
		return hashes(batch)
	case 't':
		return texts(batch)
	case 'w':
		return wholeValues(batch)
	}
	return errors.New("every record of the batch")
}

func some(values ...string) []remold.Optional[string] {
	column := make([]remold.Optional[string], len(values))
	for i, value := range values {
		if value != "" {
			column[i] = remold.Some(value)
		}
	}
	return column
}

// same fails unless two things are equal to the last part.
func same(what string, found, expected any) error {
	if reflect.DeepEqual(found, expected) {
		return nil
	}
	return fmt.Errorf("%s: %v is not %v", what, found, expected)
}

func hashes(batch *remold.Batch) error {
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	var never time.Time
	err := errors.Join(
		same("keys", batch.KeysBytes(), [][]byte{[]byte("a:1"), []byte("a:2"), []byte("a:3")}),
		same("texts of keys", batch.Keys(), some("a:1", "a:2", "a:3")),
		same("kinds", batch.Kinds(), []remold.Kind{remold.KindHash, remold.KindText, remold.KindHash}),
		same("expiries", batch.Expiries(), []time.Time{at(now + 5000), never, never}),
	)
	batch.SetExpiries([]time.Time{never, never, at(now + 6000)})

	// The second record fails of it, and the others go on.
	bytes := []remold.Optional[[]byte]{remold.Some([]byte("Ada")), {}, {}}
	names := batch.Fields("name")
	err = errors.Join(
		err,
		same("fields", batch.FieldsBytes("name"), bytes),
		same("texts of fields", names, some("Ada", "", "")),
	)
	batch.SetFields("first", names)
	batch.SetFields("raw", some("\xff", "", ""))
	batch.RenameFields("name", "last")
	batch.RenameFields("raw", "RAW")
	batch.RemoveFields("old")
	batch.RemoveFields("older")
	batch.Rename(some("", "", "b:3"))
	batch.Delete([]bool{false, false, false})
	kept := remold.HashOf(map[string]string{"kept": "1"})
	return errors.Join(err, same("the last record", batch.Record(2).Value(), kept))
}

func texts(batch *remold.Batch) error {
	expected := some("one", "two", "three", "four")
	texts := batch.Texts()
	if err := same("texts", texts, expected); err != nil {
		return err
	}
	for i, text := range batch.TextsBytes() {
		if err := same("bytes of texts", string(text.Value), expected[i].Value); err != nil {
			return err
		}
		texts[i].Value = strings.ToUpper(texts[i].Value)
	}
	batch.SetTexts(texts)
	batch.SetTexts(some("", "", "", "\xff\x00"))
	batch.Skip(1, "as asked for")
	batch.Delete([]bool{false, false, true, false})
	return nil
}

func wholeValues(batch *remold.Batch) error {
	expected := []remold.Value{
		remold.ListOf("a", "b"), remold.HashOf(map[string]string{"a": "1"}), remold.TextOf("x"),
	}
	if err := same("values", batch.Values(), expected); err != nil {
		return err
	}
	batch.SetValues([]remold.Value{remold.SetOf("a", "b"), nil, remold.SortedSetOf(map[string]float64{"x": 1.5})})
	batch.Reject(1, "as-asked", "for")
	return nil
}
