// Gives carts new keys: "cart:42:items" becomes "{user:42}:cart:items", so that all that belongs to a user is in one cluster
// slot.
package main

import (
	"fmt"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Each(count, Revert) }

func main() {}

// Migrate renames the carts of users.
func Migrate(rec *remold.Record) error {
	key, err := rec.Key()
	if err != nil {
		return err
	}
	user, isCart := strings.CutPrefix(strings.TrimSuffix(key, ":items"), "cart:")
	if !isCart || user == "" || strings.Trim(user, "0123456789") != "" {
		return remold.Skip("belongs to no user")
	}
	return rename(rec, newName)
}

// Revert renames them back.
func Revert(rec *remold.Record) error {
	return rename(rec, oldName)
}

// rename renames a key, and in a cart the name of its items.
func rename(rec *remold.Record, become func(string) (string, error)) error {
	if rec.Kind() == remold.KindHash {
		items, found, err := rec.Hash().Get("items_key")
		if err != nil {
			return err
		}
		if found {
			items, err = become(items)
			if err != nil {
				return err
			}
			if err := rec.Hash().Set("items_key", items); err != nil {
				return err
			}
		}
	}
	key, err := rec.Key()
	if err != nil {
		return err
	}
	key, err = become(key)
	if err != nil {
		return err
	}
	return rec.Rename(key)
}

func newName(key string) (string, error) {
	parts := strings.SplitN(key, ":", 3)
	if len(parts) < 2 {
		return "", fmt.Errorf("%q names no user", key)
	}
	name := "{user:" + parts[1] + "}:cart"
	if len(parts) == 3 {
		name += ":" + parts[2]
	}
	return name, nil
}

func oldName(key string) (string, error) {
	key = strings.ReplaceAll(key, "{user:", "cart:")
	return strings.ReplaceAll(key, "}:cart", ""), nil
}
