// Splits the field "name" of a user into "first" and "last", a whole batch at once.
package main

import (
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Columns(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Columns(count, Revert) }

func main() {}

// column has a text, or none, for each record.
type column = []remold.Optional[string]

// Migrate splits names into two parts at most: "Lupe García Márquez" keeps both last names.
func Migrate(batch *remold.Batch) error {
	split := batch.FieldsBytes("first")
	names := batch.Fields("name")
	firsts, lasts := make(column, batch.Len()), make(column, batch.Len())
	for i, name := range names {
		switch {
		case split[i].OK:
			batch.Skip(i, "split already")
		case !name.OK:
			batch.Reject(i, "no-name", "there is nothing to split")
		default:
			first, last, _ := strings.Cut(name.Value, " ")
			firsts[i], lasts[i] = remold.Some(first), remold.Some(last)
		}
	}
	batch.SetFields("first", firsts)
	batch.SetFields("last", lasts)
	batch.RemoveFields("name")
	return nil
}

// Revert is the way back, for users that the application has written since.
func Revert(batch *remold.Batch) error {
	lasts := batch.Fields("last")
	names := make(column, batch.Len())
	for i, first := range batch.Fields("first") {
		switch {
		case !first.OK:
			batch.Skip(i, "not split")
		case lasts[i].Value == "":
			names[i] = first
		default:
			names[i] = remold.Some(first.Value + " " + lasts[i].Value)
		}
	}
	batch.SetFields("name", names)
	batch.RemoveFields("first")
	batch.RemoveFields("last")
	return nil
}
