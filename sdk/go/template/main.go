// Splits the field "name" of a hash into "first" and "last".
package main

import (
	"errors"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Each(count, Revert) }

func main() {}

// Migrate splits a name into two parts at most: "Lupe García Márquez" keeps both last names.
func Migrate(rec *remold.Record) error {
	user := rec.Hash()
	split, err := user.Contains("first")
	if err != nil {
		return err
	}
	if split {
		return remold.Skip("split already")
	}
	name, found, err := user.Get("name")
	if err != nil {
		return err
	}
	if !found {
		return remold.Reject("no-name", "there is nothing to split")
	}
	first, last, _ := strings.Cut(name, " ")
	return errors.Join(
		user.Set("first", first),
		user.Set("last", last),
		user.Remove("name"),
	)
}

// Revert is the way back. A rollback calls it for the keys that the application has written since; the others get their old
// bytes back.
func Revert(rec *remold.Record) error {
	user := rec.Hash()
	name, found, err := user.Get("first")
	if err != nil {
		return err
	}
	if !found {
		return remold.Skip("not split")
	}
	last, err := user.GetOr("last", "")
	if err != nil {
		return err
	}
	if last != "" {
		name += " " + last
	}
	return errors.Join(
		user.Set("name", name),
		user.Remove("first"),
		user.Remove("last"),
	)
}
