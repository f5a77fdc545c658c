// Lists, sets, sorted sets and streams by way of the stand-in.

//go:build !wasip1

package remold

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

func TestAListIsReadAndEdited(t *testing.T) {
	rec := NewRecord("l", ListOf("b"))
	list := rec.List()
	must(t, list.Push("c"))
	must(t, list.PushFront("a"))
	must(t, list.Insert(3, "e"))
	must(t, list.Insert(-1, "d"))
	must(t, list.Set(-1, "f"))
	must(t, list.Remove(0))
	items, err := all(list.Items())
	must(t, err)
	if !slices.Equal(items, []string{"b", "c", "d", "f"}) {
		t.Fatalf("got %q", items)
	}
	if item, err := list.Get(-2); item != "d" || err != nil {
		t.Fatalf("got %q, %v", item, err)
	}
	for _, index := range []int{4, -5, math.MinInt, math.MaxInt} {
		_, err := list.Get(index)
		refusedWith(t, err, CodeOutOfRange)
	}
	refusedWith(t, list.Insert(5, "x"), CodeOutOfRange)
	must(t, list.Clear())
	if length, err := list.Len(); length != 0 || err != nil {
		t.Fatalf("got %d, %v", length, err)
	}
}

func TestASetIsReadAndEdited(t *testing.T) {
	set := NewRecord("s", SetOf("a", "b")).Set()
	must(t, set.Add("b"))
	must(t, set.Add("c"))
	must(t, set.Rename("a", "c"))
	must(t, set.Rename("none", "b"))
	must(t, set.Remove("none"))
	members, err := all(set.Members())
	must(t, err)
	slices.Sort(members)
	if !slices.Equal(members, []string{"b", "c"}) {
		t.Fatalf("got %q", members)
	}
	if contains, err := set.Contains("a"); contains || err != nil {
		t.Fatalf("got %v, %v", contains, err)
	}
}

func TestASortedSetIsWalkedAsZrangeDoes(t *testing.T) {
	set := NewRecord("z", SortedSetOf(map[string]float64{"b": 1, "a": 2, "c": 1})).SortedSet()
	must(t, set.Add("d", -1))
	must(t, set.Add("a", 0.5))
	must(t, set.Rename("c", "e"))
	must(t, set.Remove("none"))
	members, err := all(set.Members())
	must(t, err)
	want := []ScoredText{{"d", -1}, {"a", 0.5}, {"b", 1}, {"e", 1}}
	if !slices.Equal(members, want) {
		t.Fatalf("got %v, want %v", members, want)
	}
	refusedWith(t, set.Add("x", math.NaN()), CodeInvalidArgument)
	if score, found, err := set.Score("a"); score != 0.5 || !found || err != nil {
		t.Fatalf("got %v, %v, %v", score, found, err)
	}
	if _, found, err := set.Score("c"); found || err != nil {
		t.Fatalf("got %v, %v", found, err)
	}
}

func TestAStreamIsReadAndEdited(t *testing.T) {
	stream := NewRecord("x", StreamValue{}).Stream()
	one, two := StreamID{Ms: 1}, StreamID{Ms: 1, Seq: 2}
	must(t, stream.Add(one, NewStreamField("a", "1"), NewStreamField("a", "2")))
	must(t, stream.Add(two, NewStreamField("b", "3")))
	refusedWith(t, stream.Add(two, NewStreamField("b", "3")), CodeInvalidArgument)
	refusedWith(t, stream.Add(StreamID{Ms: 9}), CodeInvalidArgument)
	must(t, stream.RenameField(one, "a", "c"))
	must(t, stream.SetField(one, "d", "4"))
	must(t, stream.SetField(one, "c", "5"))
	fields, found, err := stream.Get(one)
	want := []StreamField{NewStreamField("c", "5"), NewStreamField("c", "2"), NewStreamField("d", "4")}
	if !reflect.DeepEqual(fields, want) || !found || err != nil {
		t.Fatalf("got %v, %v, %v", fields, found, err)
	}
	must(t, stream.RemoveField(one, "c"))
	refusedWith(t, stream.RemoveField(one, "d"), CodeInvalidArgument)
	if value, found, err := stream.Field(one, "d"); value != "4" || !found || err != nil {
		t.Fatalf("got %q, %v, %v", value, found, err)
	}
	must(t, stream.Set(two, NewStreamField("e", "6")))
	refusedWith(t, stream.Set(StreamID{Ms: 7}, NewStreamField("e", "6")), CodeInvalidArgument)
	must(t, stream.Remove(one))
	ids, err := all(stream.IDs())
	if !slices.Equal(ids, []StreamID{two}) || err != nil {
		t.Fatalf("got %v, %v", ids, err)
	}
	if last, err := stream.LastID(); last != two || err != nil {
		t.Fatalf("got %v, %v", last, err)
	}
	entries, err := all(stream.Entries())
	if len(entries) != 1 || err != nil {
		t.Fatalf("got %v, %v", entries, err)
	}
}

func TestAStreamIDIsReadAndPrinted(t *testing.T) {
	id, err := ParseStreamID("1526919030474-55")
	if id != (StreamID{Ms: 1526919030474, Seq: 55}) || id.String() != "1526919030474-55" || err != nil {
		t.Fatalf("got %v, %v", id, err)
	}
	for _, text := range []string{"", "1", "-1", "1-", "a-b", "1-2-3"} {
		_, err := ParseStreamID(text)
		refusedWith(t, err, CodeInvalidArgument)
	}
}
