// Hashes by way of the stand-in.

//go:build !wasip1

package remold

import (
	"fmt"
	"maps"
	"testing"
	"time"
)

func TestAHashIsReadAndEdited(t *testing.T) {
	rec := NewRecord("user:1", HashOf(map[string]string{"name": "Ada", "plan": "free"}))
	user := rec.Hash()
	must(t, user.Set("plan", "paid"))
	must(t, user.Set("seen", "1"))
	must(t, user.Rename("name", "first"))
	must(t, user.Rename("none", "seen"))
	must(t, user.Remove("none"))
	fields, err := user.Map()
	must(t, err)
	want := map[string]string{"first": "Ada", "plan": "paid", "seen": "1"}
	if !maps.Equal(fields, want) {
		t.Fatalf("got %v, want %v", fields, want)
	}
	if value, found, err := user.Get("none"); value != "" || found || err != nil {
		t.Fatalf("got %q, %v, %v of a field that is not there", value, found, err)
	}
	if value, err := user.GetOr("none", "nothing"); value != "nothing" || err != nil {
		t.Fatalf("got %q, %v", value, err)
	}
	must(t, user.Clear())
	if length, err := user.Len(); length != 0 || err != nil {
		t.Fatalf("got %d, %v after clear", length, err)
	}
}

func TestAFieldKeepsItsExpiryWhenItIsSetOrRenamed(t *testing.T) {
	rec := NewRecord("user:1", HashOf(map[string]string{"a": "1", "b": "2"}))
	at := time.UnixMilli(1767225600123).UTC()
	must(t, rec.Hash().SetExpiresAt("a", at))
	must(t, rec.Hash().Set("a", "3"))
	must(t, rec.Hash().Rename("a", "b"))
	got, err := rec.Hash().ExpiresAt("b")
	must(t, err)
	if !got.Equal(at) {
		t.Fatalf("got %v, want %v", got, at)
	}
	must(t, rec.Hash().SetExpiresAt("b", time.Time{}))
	if got, err := rec.Hash().ExpiresAt("b"); !got.IsZero() || err != nil {
		t.Fatalf("got %v, %v after it was made persistent", got, err)
	}
	refusedWith(t, rec.Hash().SetExpiresAt("a", at), CodeInvalidArgument)
	refusedWith(t, rec.Hash().SetExpiresAt("b", time.UnixMilli(0)), CodeInvalidArgument)
}

func TestWhatIsNoTextIsReadAsBytesOnly(t *testing.T) {
	rec := NewRecord("user:1", HashValue{{Name: []byte("a"), Value: []byte("\xff")}})
	_, _, err := rec.Hash().Get("a")
	refusedWith(t, err, CodeNotText)
	if err.Error() != `the field "a" is not UTF-8 text; read it as bytes` {
		t.Fatalf("got the message %q", err)
	}
	value, found, err := rec.Hash().GetBytes("a")
	if string(value) != "\xff" || !found || err != nil {
		t.Fatalf("got %q, %v, %v", value, found, err)
	}
	_, err = rec.Hash().Map()
	refusedWith(t, err, CodeNotText)
	fields, err := all(rec.Hash().FieldsBytes())
	if len(fields) != 1 || err != nil {
		t.Fatalf("got %v, %v", fields, err)
	}
	names, err := all(rec.Hash().Names())
	if len(names) != 1 || err != nil {
		t.Fatalf("got %v, %v", names, err)
	}
}

func TestALargeHashIsWalkedPageByPage(t *testing.T) {
	rec := NewRecord("big", HashValue{})
	for i := range 3*pageSize + 1 {
		must(t, rec.Hash().Set(fmt.Sprint(i), "x"))
	}
	names, err := all(rec.Hash().NamesBytes())
	must(t, err)
	if len(names) != 3*pageSize+1 || string(names[pageSize]) != fmt.Sprint(pageSize) {
		t.Fatalf("got %d names", len(names))
	}
	for range rec.Hash().Fields() {
		break
	}
}

func TestAnotherKindIsRefused(t *testing.T) {
	rec := NewRecord("a", TextOf("x"))
	_, _, err := rec.Hash().Get("a")
	refusedWith(t, err, CodeWrongKind)
	if err.Error() != "this needs a hash, the record holds a text" {
		t.Fatalf("got the message %q", err)
	}
	refusedWith(t, rec.Hash().Set("a", "b"), CodeWrongKind)
	refusedWith(t, rec.List().Push("a"), CodeWrongKind)
	refusedWith(t, rec.Set().Add("a"), CodeWrongKind)
	refusedWith(t, rec.SortedSet().Add("a", 1), CodeWrongKind)
	refusedWith(t, rec.Stream().Remove(StreamID{}), CodeWrongKind)
	refusedWith(t, NewRecord("b", ListOf()).Text().Set("x"), CodeWrongKind)
	_, err = all(rec.Hash().Fields())
	refusedWith(t, err, CodeWrongKind)
}
