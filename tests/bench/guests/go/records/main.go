// The change of the benchmark, a record at a time.
package main

import (
	"errors"
	"strconv"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

func main() {}

// Migrate makes the change.
func Migrate(rec *remold.Record) error {
	item := rec.Hash()
	name, found, err := item.Get("name")
	if err != nil {
		return err
	}
	if !found {
		return remold.Skip("changed already")
	}
	price, err := item.GetOr("price", "")
	if err != nil {
		return err
	}
	first, last, two := strings.Cut(name, " ")
	cents, err := cents(price)
	if !two || err != nil {
		return remold.Reject("unexpected", "the name is one word, or the price is none")
	}
	return errors.Join(
		item.Set("first", first),
		item.Set("last", last),
		item.Set("price_cents", strconv.FormatInt(cents, 10)),
		item.Remove("name"),
		item.Remove("price"),
		item.Remove("legacy"),
	)
}

// cents reads "12.50" as 1250.
func cents(price string) (int64, error) {
	whole, part, _ := strings.Cut(price, ".")
	if len(part) != 2 {
		return 0, errors.New("not two digits behind the point")
	}
	return strconv.ParseInt(whole+part, 10, 64)
}
