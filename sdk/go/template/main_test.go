// Tests of the transform outside of the sandbox, on records in memory. The cases in cases/ run in the sandbox.
package main

import (
	"errors"
	"maps"
	"testing"

	remold "github.com/remold/remold/sdk/go"
)

func user(fields map[string]string) *remold.Record {
	return remold.NewRecord("user:1", remold.HashOf(fields))
}

// checkFields fails the test unless the record has these fields, and no others.
func checkFields(t *testing.T, rec *remold.Record, want map[string]string) {
	t.Helper()
	got, err := rec.Hash().Map()
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestANameIsSplitAndJoinedAgain(t *testing.T) {
	before := map[string]string{"name": "Lupe García Márquez", "plan": "free"}
	rec := user(before)
	if err := Migrate(rec); err != nil {
		t.Fatal(err)
	}
	checkFields(t, rec, map[string]string{"first": "Lupe", "last": "García Márquez", "plan": "free"})
	if err := Revert(rec); err != nil {
		t.Fatal(err)
	}
	checkFields(t, rec, before)
}

func TestWhatIsSplitAlreadyIsSkipped(t *testing.T) {
	err := Migrate(user(map[string]string{"first": "Grace"}))
	var skipped *remold.Skipped
	if !errors.As(err, &skipped) {
		t.Fatalf("got %v", err)
	}
}

func TestWithoutANameItIsRejected(t *testing.T) {
	err := Migrate(user(map[string]string{"plan": "free"}))
	var rejected *remold.Rejected
	if !errors.As(err, &rejected) || rejected.Code != "no-name" {
		t.Fatalf("got %v", err)
	}
}
