// A transform of records that calls every function and checks what comes back; what is checked follows from the key.
package main

import (
	"errors"
	"math"
	"reflect"
	"strconv"
	"time"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Each(count, Revert) }

//go:wasmexport lookups
func lookups(count uint32) { remold.Each(count, Lookups) }

func main() {}

// The clock that cases have.
const now = 1_767_225_600_000

// raw is no text.
const raw = "\xff\x00"

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

var checks = map[string]func(c *check, rec *remold.Record){
	"check:record":     everyRecord,
	"check:value":      wholeValues,
	"check:opaque":     opaque,
	"check:context":    theRun,
	"check:lookup":     otherKeys,
	"check:text":       text,
	"check:json":       json,
	"check:hash":       hash,
	"check:list":       list,
	"check:set":        set,
	"check:sorted-set": sortedSet,
	"check:stream":     stream,
}

// Migrate checks what the key tells.
func Migrate(rec *remold.Record) error {
	key, err := rec.Key()
	if err != nil {
		return err
	}
	if run, there := checks[key]; there {
		var c check
		run(&c, rec)
		return c.err()
	}
	switch key {
	case "check:delete":
		return rec.Delete()
	case "check:skip":
		return remold.Skip("as asked for")
	case "check:reject":
		return remold.Reject("as-asked", key+" is rejected")
	case "check:fail":
		return errors.New("as asked for")
	case "check:denied":
		return rec.Rename("nobody's")
	case "check:parse":
		_, err := strconv.Atoi("x")
		return err
	case "check:panic":
		panic("as asked for")
	}
	return nil
}

// Revert is the way back.
func Revert(rec *remold.Record) error { return rec.SetValue(remold.TextOf("reverted")) }

// Lookups asks for other keys.
func Lookups(rec *remold.Record) error {
	if string(rec.KeyBytes()) != "check:lookup" {
		return nil
	}
	return errors.Join(rec.Ask("other:there"), rec.Ask("other:missing"))
}

func everyRecord(c *check, rec *remold.Record) {
	c.that(string(rec.KeyBytes()) == "check:record")
	c.that(rec.Kind() == remold.KindText && rec.Size() == 4)
	c.that(rec.Seed() == rec.Seed())
	c.that(rec.ExpiresAt().Equal(at(now + 5000)))
	left, expires := rec.TTL()
	c.that(left == 5*time.Second && expires)
	c.done(rec.SetTTL(9 * time.Second))
	c.that(rec.ExpiresAt().Equal(at(now + 9000)))
	c.done(rec.Persist())
	_, expires = rec.TTL()
	c.that(rec.ExpiresAt().IsZero() && !expires)
	c.done(rec.SetExpiresAt(at(now + 8000)))
	c.refused(remold.CodeInvalidArgument, rec.SetExpiresAt(at(0)))
	c.refused(remold.CodeInvalidArgument, rec.SetTTL(0))
	c.done(
		rec.Rename("renamed:never"),
		rec.Rename("renamed:1"),
		rec.Emit(remold.Entry{
			Key: "emitted:1", Value: remold.HashOf(map[string]string{"a": "1"}), ExpiresAt: at(now + 7000),
		}),
		rec.Emit(remold.Entry{Key: "emitted:2", Value: remold.ListOf("a", "b")}),
		rec.Remove("removed:1"),
		rec.Remove("removed:2"),
	)
	_, _, err := rec.Lookup("other:there")
	c.refused(remold.CodeNotLookedUp, err)
}

// wholeValues writes a value of each kind and reads it again; the last one stays.
func wholeValues(c *check, rec *remold.Record) {
	entry := func(ms uint64) remold.StreamEntry {
		fields := []remold.StreamField{remold.NewStreamField("a", "1"), remold.NewStreamField("a", "")}
		return remold.StreamEntry{ID: remold.StreamID{Ms: ms, Seq: 7}, Fields: fields}
	}
	values := []struct {
		value remold.Value
		size  uint64
	}{
		{remold.TextOf("García"), 7},
		{remold.TextOf(""), 0},
		{remold.ListOf("a", "", "a"), 3},
		{remold.SetOf("a", "b"), 2},
		{remold.SortedSetOf(map[string]float64{"a": 1.5, "b": math.Inf(-1), "c": math.Copysign(0, -1)}), 3},
		{remold.OpaqueValue{TypeID: 7, Module: "ReJSON-RL", Bytes: []byte("raw")}, 3},
		{remold.OpaqueValue{TypeID: 7, Bytes: []byte("raw")}, 3},
		{remold.StreamValue{
			Entries: []remold.StreamEntry{entry(1), entry(2)}, LastID: remold.StreamID{Ms: 2, Seq: 7},
		}, 2},
		{remold.HashValue{{Name: []byte("a"), Value: []byte("\xff"), ExpiresAt: at(now + 5000)}}, 1},
		{remold.HashValue{
			{Name: []byte("checked"), Value: []byte("1")}, {Name: []byte{}, Value: []byte("empty")},
		}, 2},
	}
	for _, each := range values {
		c.done(rec.SetValue(each.value))
		// No bytes are an empty slice or none.
		if rec.Size() > 0 && !reflect.DeepEqual(rec.Value(), each.value) {
			c.fails(each.value.Kind().String() + " comes back as another")
		}
		c.that(rec.Kind() == each.value.Kind() && rec.Size() == each.size)
	}
	before := rec.Value()
	a := remold.HashField{Name: []byte("a"), Value: []byte("1")}
	c.refused(remold.CodeInvalidArgument, rec.SetValue(remold.HashValue{a, a}))
	c.refused(remold.CodeInvalidArgument, rec.SetValue(remold.SortedSetOf(map[string]float64{"a": math.NaN()})))
	c.that(reflect.DeepEqual(rec.Value(), before))
}

// opaque changes as bytes what cannot be looked into, and copies it.
func opaque(c *check, rec *remold.Record) {
	value, is := rec.Value().(remold.OpaqueValue)
	c.that(is && value.TypeID == 7 && value.Module == "AAAAAAAAI" && rec.Size() == uint64(len(value.Bytes)))
	value.Bytes = append(value.Bytes, '+')
	c.done(rec.SetValue(value), rec.Emit(remold.Entry{Key: "emitted:copy", Value: value}))
}

func theRun(c *check, rec *remold.Record) {
	c.that(rec.Now().Equal(at(now)))
	c.that(rec.RunSeed() == rec.RunSeed())
	c.that(got[int64](c)(rec.Parameters().Int("digits")) == 2)
	c.that(reflect.DeepEqual(rec.Parameters()["names"], []any{"a", "é"}))
	_, err := rec.Parameters().Text("none")
	c.that(err != nil)
	rec.Log(remold.LevelDebug, "debug")
	rec.Log(remold.LevelInfo, "info")
	rec.Log(remold.LevelWarn, "warn")
	println("printed")
}

func otherKeys(c *check, rec *remold.Record) {
	other := found[*remold.Record](c)(rec.Lookup("other:there"))
	c.that(got[string](c)(other.Key()) == "other:there")
	c.that(found[string](c)(other.Hash().Get("a")) == "1")
	c.refused(remold.CodeInvalidArgument, other.Hash().Set("a", "2"))
	missing[*remold.Record](c)(rec.Lookup("other:missing"))
	_, _, err := rec.Lookup("other:never")
	c.refused(remold.CodeNotLookedUp, err)
}
