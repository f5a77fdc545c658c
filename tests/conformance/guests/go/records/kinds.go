package main

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	remold "github.com/remold/remold/sdk/go"
)

func text(c *check, rec *remold.Record) {
	text := rec.Text()
	c.that(got[string](c)(text.Get()) == "Ada")
	c.done(text.Set(raw))
	c.that(string(got[[]byte](c)(text.GetBytes())) == raw)
	_, err := text.Get()
	c.refused(remold.CodeNotText, err)
	_, err = rec.Hash().Len()
	c.refused(remold.CodeWrongKind, err)
	c.done(text.Set(""))
	c.that(len(got[[]byte](c)(text.GetBytes())) == 0)
	c.done(text.Set("Ødegård"))
	c.that(got[string](c)(text.Get()) == "Ødegård")
}

func json(c *check, rec *remold.Record) {
	json := rec.JSON()
	c.that(found[any](c)(json.Get("/name")) == "Ada")
	missing[any](c)(json.Get("/none"))
	c.that(found[string](c)(json.GetRaw("/price")) == "4.50")
	c.that(found[string](c)(json.GetRaw("/tags/1")) == `"b"`)
	c.done(
		json.Set("/name", "Grace"),
		json.Set("/new", []any{1, 2}),
		json.SetRaw("/tags/-", "1.0"),
		json.Remove("/old"),
		json.Remove("/none"),
	)
	_, _, err := json.GetRaw("name")
	for _, err := range []error{json.SetRaw("/name/first", "1"), json.SetRaw("/name", "nonsense"), json.Remove(""), err} {
		c.refused(remold.CodeInvalidArgument, err)
	}
}

func hash(c *check, rec *remold.Record) {
	hash := rec.Hash()
	c.that(got[int](c)(hash.Len()) == 2)
	c.that(string(found[[]byte](c)(hash.GetBytes("a"))) == "1")
	missing[[]byte](c)(hash.GetBytes("none"))
	c.that(found[string](c)(hash.Get("b")) == "Ada")
	missing[string](c)(hash.Get("none"))
	c.that(got[bool](c)(hash.Contains("a")) && !got[bool](c)(hash.Contains("none")))

	c.done(hash.Set(raw, raw))
	c.that(string(found[[]byte](c)(hash.GetBytes(raw))) == raw)
	_, err := walked(hash.Names())
	c.refused(remold.CodeNotText, err)
	c.done(hash.Remove(raw), hash.Set("a", raw))
	_, _, err = hash.Get("a")
	c.refused(remold.CodeNotText, err)
	_, err = walked(hash.Fields())
	c.refused(remold.CodeNotText, err)

	c.done(hash.Set("a", "2"), hash.Rename("a", "c"), hash.Rename("none", "d"))
	c.that(len(got[[][]byte](c)(walked(hash.NamesBytes()))) == 2)
	names := got[[]string](c)(walked(hash.Names()))
	slices.Sort(names)
	c.that(slices.Equal(names, []string{"b", "c"}))
	c.that(reflect.DeepEqual(got[map[string]string](c)(hash.Map()), map[string]string{"b": "Ada", "c": "2"}))

	c.done(hash.SetExpiresAt("c", at(now+5000)))
	c.that(got[time.Time](c)(hash.ExpiresAt("c")).Equal(at(now + 5000)))
	c.that(got[time.Time](c)(hash.ExpiresAt("b")).IsZero())
	c.refused(remold.CodeInvalidArgument, hash.SetExpiresAt("none", at(now)))
	expiring := 0
	for _, field := range got[[]remold.HashField](c)(walked(hash.FieldsBytes())) {
		if field.ExpiresAt.Equal(at(now + 5000)) {
			expiring++
		}
	}
	c.that(expiring == 1)
	c.done(hash.SetExpiresAt("c", time.Time{}), hash.Clear())
	c.that(got[int](c)(hash.Len()) == 0)
	for number := range 1000 {
		c.done(hash.Set(strconv.Itoa(number), "x"))
	}
	c.that(len(got[[]string](c)(walked(hash.Names()))) == 1000)
	c.done(rec.SetValue(remold.HashOf(map[string]string{"checked": "1"})))
}

func list(c *check, rec *remold.Record) {
	list := rec.List()
	c.that(got[int](c)(list.Len()) == 2)
	c.that(string(got[[]byte](c)(list.GetBytes(0))) == "b" && got[string](c)(list.Get(-1)) == "c")
	for _, index := range []int{2, -3, -1 << 31, 1<<31 - 1} {
		_, err := list.GetBytes(index)
		c.refused(remold.CodeOutOfRange, err)
	}
	c.done(list.Push("d"), list.PushFront("a"), list.Insert(4, "e"), list.Set(1, raw))
	_, err := list.Get(1)
	c.refused(remold.CodeNotText, err)
	_, err = walked(list.Items())
	c.refused(remold.CodeNotText, err)
	c.done(list.Remove(1))
	c.refused(remold.CodeOutOfRange, list.Insert(9, "x"))
	c.that(slices.Equal(got[[]string](c)(walked(list.Items())), []string{"a", "c", "d", "e"}))
	c.done(list.Clear())
	c.that(got[int](c)(list.Len()) == 0)
	for number := range 600 {
		c.done(list.Push(strconv.Itoa(number)))
	}
	items := got[[][]byte](c)(walked(list.ItemsBytes()))
	c.that(len(items) == 600 && string(items[599]) == "599")
	c.done(rec.SetValue(remold.ListOf("checked")))
}

func set(c *check, rec *remold.Record) {
	set := rec.Set()
	c.that(got[int](c)(set.Len()) == 2)
	c.that(got[bool](c)(set.Contains("a")) && !got[bool](c)(set.Contains("none")))
	c.done(set.Add(raw))
	_, err := walked(set.Members())
	c.refused(remold.CodeNotText, err)
	c.done(set.Remove(raw), set.Rename("a", "c"), set.Rename("none", "d"))
	members := got[[]string](c)(walked(set.Members()))
	slices.Sort(members)
	c.that(slices.Equal(members, []string{"b", "c"}))
	c.that(len(got[[][]byte](c)(walked(set.MembersBytes()))) == 2)
	c.done(set.Clear())
	c.that(got[int](c)(set.Len()) == 0)
	c.done(set.Add("checked"))
}

func sortedSet(c *check, rec *remold.Record) {
	set := rec.SortedSet()
	c.that(got[int](c)(set.Len()) == 3)
	members := got[[]remold.Scored](c)(walked(set.MembersBytes()))
	c.that(len(members) == 3 && string(members[0].Member) == "c" && members[0].Score == -1.5)
	c.that(found[float64](c)(set.Score("a")) == 1)
	missing[float64](c)(set.Score("none"))
	c.that(got[bool](c)(set.Contains("a")) && !got[bool](c)(set.Contains("none")))
	c.done(set.Add("d", math.Inf(1)))
	c.refused(remold.CodeInvalidArgument, set.Add("d", math.NaN()))
	c.done(set.Rename("c", "e"), set.Remove("a"))
	texts := got[[]remold.ScoredText](c)(walked(set.Members()))
	expected := []remold.ScoredText{{Member: "e", Score: -1.5}, {Member: "b", Score: 1}, {Member: "d", Score: math.Inf(1)}}
	c.that(slices.Equal(texts, expected))
	c.done(set.Clear())
	c.that(got[int](c)(set.Len()) == 0)
	c.done(set.Add("checked", 1.25))
}

func stream(c *check, rec *remold.Record) {
	stream := rec.Stream()
	first, second, third := remold.StreamID{Ms: 1}, remold.StreamID{Ms: 2}, remold.StreamID{Ms: 3, Seq: 1}
	c.that(got[int](c)(stream.Len()) == 2 && got[remold.StreamID](c)(stream.LastID()) == second)
	c.that(slices.Equal(got[[]remold.StreamID](c)(walked(stream.IDs())), []remold.StreamID{first, second}))
	entries := got[[]remold.StreamEntry](c)(walked(stream.Entries()))
	fields := []remold.StreamField{remold.NewStreamField("a", "1"), remold.NewStreamField("b", "2")}
	c.that(reflect.DeepEqual(entries[0], remold.StreamEntry{ID: first, Fields: fields}))
	groups := got[[]remold.StreamGroup](c)(stream.Groups())
	c.that(reflect.DeepEqual(groups, []remold.StreamGroup{{
		Name: []byte("workers"), LastID: first, Pending: 1, Consumers: 1,
	}}))

	c.that(string(found[[]byte](c)(stream.FieldBytes(first, "a"))) == "1")
	c.that(found[string](c)(stream.Field(first, "b")) == "2")
	missing[string](c)(stream.Field(first, "none"))
	missing[[]remold.StreamField](c)(stream.Get(third))

	c.done(stream.SetField(first, "c", "\xff"))
	_, _, err := stream.Field(first, "c")
	c.refused(remold.CodeNotText, err)
	c.done(stream.RenameField(first, "a", "A"), stream.RemoveField(first, "b"), stream.SetField(first, "c", "3"))
	fields = []remold.StreamField{remold.NewStreamField("A", "1"), remold.NewStreamField("c", "3")}
	c.that(reflect.DeepEqual(found[[]remold.StreamField](c)(stream.Get(first)), fields))
	c.done(stream.Set(second, remold.NewStreamField("x", "y"), remold.NewStreamField("x", "z")))
	c.that(len(found[[]remold.StreamField](c)(stream.Get(second))) == 2)
	for _, err := range []error{
		stream.SetField(third, "a", "1"),
		stream.Set(second),
		stream.RemoveField(second, "x"),
		stream.Add(second, remold.NewStreamField("a", "1")),
		stream.Add(third),
	} {
		c.refused(remold.CodeInvalidArgument, err)
	}
	c.done(stream.Add(third, remold.NewStreamField("checked", "1")), stream.Remove(second))
	c.that(got[int](c)(stream.Len()) == 2 && got[remold.StreamID](c)(stream.LastID()) == third)
}
