// What becomes of records whose transform fails, and columns.

//go:build !wasip1

package remold

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func records(host *StandIn, values ...string) []*Record {
	var records []*Record
	for i, value := range values {
		fields := HashOf(map[string]string{"name": value})
		records = append(records, host.NewRecord(Entry{Key: fmt.Sprint("user:", i), Value: fields}))
	}
	return records
}

func TestWhatAnErrorMeansForItsRecord(t *testing.T) {
	transform := func(rec *Record) error {
		name, _, err := rec.Hash().Get("name")
		if err != nil {
			return err
		}
		switch name {
		case "skip":
			return Skip("not mine")
		case "reject":
			return fmt.Errorf("wrapped: %w", Reject("bad", "very"))
		case "refused":
			return errors.Join(nil, rec.List().Push("a"))
		case "error":
			return errors.New("what is wrong \xff")
		case "panic":
			var none []int
			_ = none[len(name)]
		case "panic with an error":
			panic(rec.List().Push("a"))
		}
		return nil
	}
	list := records(new(StandIn), "done", "skip", "reject", "refused", "error", "panic", "panic with an error", "done")
	Call(func(count uint32) { Each(count, transform) }, list...)
	want := []string{
		"<nil>", "skipped: not mine", "rejected: bad: very", "this needs a list, the record holds a hash",
		"what is wrong \uFFFD", "panic: runtime error: index out of range [5] with length 0",
		"panic: this needs a list, the record holds a hash", "<nil>",
	}
	for i, rec := range list {
		if got := fmt.Sprint(rec.Outcome()); got != want[i] {
			t.Errorf("record %d: got %s, want %s", i, got, want[i])
		}
	}
	for i, code := range map[int]bool{3: true, 4: false, 5: false, 6: true} {
		var failure *Failure
		if !errors.As(list[i].Outcome(), &failure) {
			t.Fatalf("record %d: got %v", i, list[i].Outcome())
		}
		if failure.Code.OK != code || code && failure.Code.Value != CodeWrongKind {
			t.Errorf("record %d: got the code %v", i, failure.Code)
		}
	}
}

func TestAPanicHasAPlace(t *testing.T) {
	defer func() {
		told := panicOf(recover())
		place := placeOf(told.callers)
		if !place.OK || filepath.Base(place.Value.File) != "strings.go" || place.Value.Line == 0 {
			t.Fatalf("got %+v", place)
		}
	}()
	_ = strings.Repeat("a", -len(t.Name()))
}

func TestParametersAreRead(t *testing.T) {
	data, err := ParseJSON(`{"digits": 2, "rate": 1.5, "currency": "EUR", "strict": true}`)
	must(t, err)
	host := &StandIn{Parameters: data.(map[string]any)}
	parameters := host.NewRecord(Entry{Value: TextOf("")}).Parameters()
	if digits, err := parameters.Int("digits"); digits != 2 || err != nil {
		t.Fatalf("got %v, %v", digits, err)
	}
	if rate, err := parameters.Float("rate"); rate != 1.5 || err != nil {
		t.Fatalf("got %v, %v", rate, err)
	}
	if currency, err := parameters.Text("currency"); currency != "EUR" || err != nil {
		t.Fatalf("got %v, %v", currency, err)
	}
	if strict, err := parameters.Bool("strict"); !strict || err != nil {
		t.Fatalf("got %v, %v", strict, err)
	}
	if digits, err := (Parameters{"digits": 3}).Int("digits"); digits != 3 || err != nil {
		t.Fatalf("got %v, %v", digits, err)
	}
	_, err = parameters.Int("rate")
	if got := fmt.Sprint(err); got != `the parameter "rate" is no integer` {
		t.Fatalf("got %s", got)
	}
	_, err = parameters.Text("none")
	if got := fmt.Sprint(err); got != `there is no parameter "none" in the manifest` {
		t.Fatalf("got %s", got)
	}
}

func TestColumnsAreReadAndSet(t *testing.T) {
	list := records(new(StandIn), "Ada Lovelace", "Cher")
	wrong := NewRecord("other", TextOf("x"))
	list = append(list, wrong)
	batch := NewBatch(list...)
	names := batch.Fields("name")
	firsts := make([]Optional[string], batch.Len())
	for i, name := range names {
		first, _, found := strings.Cut(name.Value, " ")
		if found {
			firsts[i] = Some(first)
		}
	}
	batch.SetFields("first", firsts)
	batch.RenameFields("name", "full")
	batch.RemoveFields("none")
	batch.Skip(1, "no last name")
	at := time.UnixMilli(5).UTC()
	batch.SetExpiries([]time.Time{at, {}, {}})
	if got := batch.Expiries(); !reflect.DeepEqual(got, []time.Time{at, {}, {}}) {
		t.Fatalf("got %v", got)
	}
	want := []Value{HashValue{
		{Name: []byte("full"), Value: []byte("Ada Lovelace")}, {Name: []byte("first"), Value: []byte("Ada")},
	}, HashOf(map[string]string{"full": "Cher"}), TextOf("x")}
	if got := batch.Values(); !reflect.DeepEqual(got, want) {
		t.Fatalf("got %q", got)
	}
	if got := batch.Kinds(); !reflect.DeepEqual(got, []Kind{KindHash, KindHash, KindText}) {
		t.Fatalf("got %v", got)
	}
	var failure *Failure
	if !errors.As(wrong.Outcome(), &failure) || failure.Code != Some(CodeWrongKind) {
		t.Fatalf("got %v for the record of another kind", wrong.Outcome())
	}
	var skipped *Skipped
	if !errors.As(list[1].Outcome(), &skipped) || list[0].Outcome() != nil {
		t.Fatalf("got %v and %v", list[1].Outcome(), list[0].Outcome())
	}
}

func TestColumnsOfKeysAndTexts(t *testing.T) {
	host := new(StandIn)
	a := host.NewRecord(Entry{Key: "a", Value: TextOf("1")})
	b := host.NewRecord(Entry{Key: "\xff", Value: TextOf("\xfe")})
	batch := NewBatch(a, b)
	if got := batch.Keys(); !reflect.DeepEqual(got, []Optional[string]{Some("a"), {}}) {
		t.Fatalf("got %v", got)
	}
	if got := batch.TextsBytes(); !reflect.DeepEqual(got, []Optional[[]byte]{Some([]byte("1")), Some([]byte{0xfe})}) {
		t.Fatalf("got %v", got)
	}
	batch.SetTexts([]Optional[string]{{}, Some("2")})
	batch.Rename([]Optional[string]{Some("c"), {}})
	batch.Delete([]bool{false, true})
	batch.SetValues([]Value{SetOf("m"), nil})
	if got := a.Edits(); got.RenamedTo != Some("c") || got.Deleted || !reflect.DeepEqual(got.Value, Value(SetOf("m"))) {
		t.Fatalf("got %+v", got)
	}
	if got := b.Edits(); !got.Deleted || !reflect.DeepEqual(got.Value, Value(TextOf("2"))) {
		t.Fatalf("got %+v", got)
	}
	if b.Outcome() == nil || a.Outcome() != nil {
		t.Fatalf("got %v and %v", a.Outcome(), b.Outcome())
	}
}

func TestColumnsHaveTextAndBytes(t *testing.T) {
	host := new(StandIn)
	a := host.NewRecord(Entry{Key: "a", Value: HashOf(map[string]string{"f": "1"})})
	b := host.NewRecord(Entry{Key: "b", Value: HashValue{{Name: []byte("f"), Value: []byte{0xff}}}})
	c := host.NewRecord(Entry{Key: "c", Value: TextOf("2")})
	want := []Optional[[]byte]{Some([]byte("1")), Some([]byte{0xff}), {}}
	if got := NewBatch(a, b, c).FieldsBytes("f"); !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v", got)
	}
	if got := NewBatch(a, b).Fields("f"); !reflect.DeepEqual(got, []Optional[string]{Some("1"), {}}) {
		t.Fatalf("got %v", got)
	}
	if got := NewBatch(c, b).Texts(); !reflect.DeepEqual(got, []Optional[string]{Some("2"), {}}) {
		t.Fatalf("got %v", got)
	}
	if got := NewBatch(a, c).KeysBytes(); !reflect.DeepEqual(got, [][]byte{[]byte("a"), []byte("c")}) {
		t.Fatalf("got %q", got)
	}
	for i, rec := range NewBatch(a, c).Records() {
		if got := rec.Kind(); got != []Kind{KindHash, KindText}[i] {
			t.Fatalf("got %v at %d", got, i)
		}
	}
}

func TestAnErrorOfAColumnTransformConcernsTheBatch(t *testing.T) {
	list := records(new(StandIn), "a", "b")
	Call(func(count uint32) { Columns(count, func(*Batch) error { return Reject("no", "never") }) }, list...)
	for _, rec := range list {
		if got := fmt.Sprint(rec.Outcome()); got != "rejected: no: never" {
			t.Fatalf("got %s", got)
		}
	}
}

func TestAColumnOfAnotherLengthPanics(t *testing.T) {
	defer func() {
		if got := recover(); got != "remold: a column of 1 for a batch of 2" {
			t.Fatalf("got %v", got)
		}
	}()
	Call(func(count uint32) {
		Columns(count, func(batch *Batch) error {
			batch.SetFields("a", make([]Optional[string], 1))
			return nil
		})
	}, records(new(StandIn), "a", "b")...)
}
