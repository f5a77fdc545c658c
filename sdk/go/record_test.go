// Records by way of the stand-in.

//go:build !wasip1

package remold

import (
	"math"
	"reflect"
	"testing"
	"time"
)

func TestWhatIsAskedForOnARecordIsRemembered(t *testing.T) {
	rec := NewRecord("cart:1", HashOf(map[string]string{"items": "1"}))
	must(t, rec.Rename("cart:2"))
	must(t, rec.Rename("cart:3"))
	must(t, rec.Emit(Entry{Key: "log", Value: ListOf("a")}))
	must(t, rec.Remove("old"))
	must(t, rec.SetValue(TextOf("x")))
	must(t, rec.Ask("plan:1"))
	must(t, rec.Delete())
	want := Edits{
		Value:     TextOf("x"),
		RenamedTo: Some("cart:3"),
		Deleted:   true,
		Emitted:   []Entry{{Key: "log", Value: ListOf("a")}},
		Removed:   []string{"old"},
		Asked:     []string{"plan:1"},
	}
	if got := rec.Edits(); !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	if rec.Kind() != KindText || rec.Size() != 1 {
		t.Fatalf("got a %v of size %d", rec.Kind(), rec.Size())
	}
}

func TestAnExpiryIsReadAndSet(t *testing.T) {
	now := time.UnixMilli(1_000_000).UTC()
	host := &StandIn{Now: now}
	rec := host.NewRecord(Entry{Key: "a", Value: TextOf("x")})
	if left, expires := rec.TTL(); left != 0 || expires || !rec.ExpiresAt().IsZero() {
		t.Fatalf("got %v, %v of a key that does not expire", left, expires)
	}
	must(t, rec.SetTTL(time.Minute+time.Microsecond))
	if at := rec.ExpiresAt(); !at.Equal(now.Add(time.Minute)) {
		t.Fatalf("got %v", at)
	}
	must(t, rec.SetExpiresAt(now.Add(-time.Minute)))
	if left, expires := rec.TTL(); left != 0 || !expires {
		t.Fatalf("got %v, %v of a key that has expired", left, expires)
	}
	must(t, rec.SetExpiresAt(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))
	if left, _ := rec.TTL(); left < math.MaxInt64-time.Millisecond {
		t.Fatalf("got %v, which is not the longest duration", left)
	}
	refusedWith(t, rec.SetTTL(0), CodeInvalidArgument)
	refusedWith(t, rec.SetTTL(-time.Minute), CodeInvalidArgument)
	refusedWith(t, rec.SetExpiresAt(time.UnixMilli(-5)), CodeInvalidArgument)
	must(t, rec.Persist())
	if !rec.ExpiresAt().IsZero() || !rec.Now().Equal(now) {
		t.Fatalf("got %v at %v", rec.ExpiresAt(), rec.Now())
	}
}

func TestAValueThatThereCannotBeIsRefused(t *testing.T) {
	rec := NewRecord("a", TextOf("x"))
	one, two := StreamID{Ms: 1}, StreamID{Ms: 2}
	fields := []StreamField{NewStreamField("a", "b")}
	for name, value := range map[string]Value{
		"nil":                  nil,
		"a member twice":       SetOf("a", "a"),
		"a field twice":        HashValue{{Name: []byte("a")}, {Name: []byte("a")}},
		"no number":            SortedSetValue{{Member: []byte("a"), Score: math.NaN()}},
		"an entry without":     StreamValue{Entries: []StreamEntry{{ID: one}}, LastID: one},
		"a last id before":     StreamValue{Entries: []StreamEntry{{two, fields}}, LastID: one},
		"entries out of order": StreamValue{Entries: []StreamEntry{{two, fields}, {one, fields}}, LastID: two},
	} {
		t.Run(name, func(t *testing.T) {
			refusedWith(t, rec.SetValue(value), CodeInvalidArgument)
			refusedWith(t, rec.Emit(Entry{Key: "b", Value: value}), CodeInvalidArgument)
		})
	}
	if len(rec.Edits().Emitted) != 0 || rec.Kind() != KindText {
		t.Fatal("a refusal changed something")
	}
}

func TestAKeyThatWasAskedForIsLookedUp(t *testing.T) {
	host := &StandIn{}
	host.Put(Entry{Key: "plan:1", Value: HashOf(map[string]string{"name": "free"})})
	rec := host.NewRecord(Entry{Key: "user:1", Value: TextOf("plan:1")})
	_, _, err := rec.Lookup("plan:1")
	refusedWith(t, err, CodeNotLookedUp)
	must(t, rec.Ask("plan:1"))
	must(t, rec.Ask("plan:2"))
	plan, found, err := rec.Lookup("plan:1")
	if !found || err != nil {
		t.Fatalf("got %v, %v", found, err)
	}
	if name, _, err := plan.Hash().Get("name"); name != "free" || err != nil {
		t.Fatalf("got %q, %v", name, err)
	}
	refusedWith(t, plan.Hash().Set("name", "paid"), CodeInvalidArgument)
	if _, found, err := rec.Lookup("plan:2"); found || err != nil {
		t.Fatalf("got %v, %v of a key that is not there", found, err)
	}
}

func TestOtherKeysAreNamedWithinTheGrantOnly(t *testing.T) {
	host := &StandIn{Grants: &Grants{Write: []string{"{user:*}:cart"}, Read: []string{"plan:[1-3]"}}}
	rec := host.NewRecord(Entry{Key: "cart:1", Value: TextOf("x")})
	must(t, rec.Rename("{user:1}:cart"))
	must(t, rec.Ask("plan:2"))
	err := rec.Rename("other")
	refusedWith(t, err, CodeDenied)
	if err.Error() != `no capability grants write on "other"; ask for it in spec.capabilities.write` {
		t.Fatalf("got the message %q", err)
	}
	refusedWith(t, rec.Emit(Entry{Key: "other", Value: TextOf("")}), CodeDenied)
	refusedWith(t, rec.Remove("other"), CodeDenied)
	refusedWith(t, rec.Ask("plan:4"), CodeDenied)
}

func TestEveryRecordHasASeedOfItsOwn(t *testing.T) {
	host := &StandIn{Seed: 1}
	seed := func(host *StandIn, key string) uint64 {
		return host.NewRecord(Entry{Key: key, Value: TextOf("")}).Seed()
	}
	if seed(host, "a") == seed(host, "b") || seed(host, "a") == seed(&StandIn{Seed: 2}, "a") {
		t.Fatal("two records have the same seed")
	}
	if seed(host, "a") != seed(&StandIn{Seed: 1}, "a") {
		t.Fatal("the seed is not the same again")
	}
}

func TestPatternsMatchAsTheServersDo(t *testing.T) {
	for _, c := range []struct {
		pattern, key string
		want         bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"user:*", "user:1", true}, {"user:*", "user", false},
		{"user:**", "use", false}, {"user:*x", "user:1", false}, {`user\*`, "user:1", false}, {`\*`, "*", true},
		{"h?llo", "hello", true}, {"h?llo", "hllo", false}, {"h[ae]llo", "hallo", true}, {"h[^e]llo", "hello", false},
		{"h[b-a]llo", "hbllo", true}, {`[\]]`, "]", true}, {"[", "[", false}, {"a[b", "ab", true},
		{"*a*b*c*", "xxaxxbxxcxx", true}, {"*a*b*c*", "xxaxxcxxbxx", false},
	} {
		if got := matches(c.pattern, c.key); got != c.want {
			t.Errorf("%q on %q: got %v", c.pattern, c.key, got)
		}
	}
}
