// Makes hashes of sessions that are JSON texts. One field can then be read and written alone: HGET instead of GET, parse,
// print, SET.
package main

import (
	"errors"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Each(count, Revert) }

func main() {}

// Migrate makes a field of every member of a session.
func Migrate(rec *remold.Record) error {
	session, _, err := rec.JSON().Get("")
	if err != nil {
		return remold.Reject("not-json", err.Error())
	}
	members, isObject := session.(map[string]any)
	if !isObject {
		return remold.Reject("not-an-object", "the session is something else")
	}
	fields := make(map[string]string)
	for name, value := range members {
		if value == nil {
			continue // a field that is not there says the same
		}
		fields[name], err = fieldOf(value)
		if err != nil {
			return err
		}
	}
	return rec.SetValue(remold.HashOf(fields))
}

func fieldOf(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case remold.Number:
		return string(value), nil // as it was written
	case bool:
		if value {
			return "1", nil
		}
		return "0", nil
	default:
		return remold.PrintJSON(value)
	}
}

// Revert makes JSON of a session that is a hash.
func Revert(rec *remold.Record) error {
	fields, err := rec.Hash().Map()
	if err != nil {
		return err
	}
	session := make(map[string]any)
	for name, value := range fields {
		session[name] = value
	}
	for _, name := range []string{"seen", "score", "roles"} {
		session[name], err = remold.ParseJSON(fields[name]) // keeps 4.50 as it is
		if err != nil {
			return errors.New(name + ": " + err.Error())
		}
	}
	session["admin"] = fields["admin"] == "1"
	text, err := remold.PrintJSON(session)
	if err != nil {
		return err
	}
	return rec.SetValue(remold.TextOf(text))
}
