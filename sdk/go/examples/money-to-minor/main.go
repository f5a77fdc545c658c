// Makes whole cents of prices: "19.99" becomes 1999. Exact decimals all the way, for 19.99 * 100 in floats is
// 1998.9999999999998.
package main

import (
	"errors"
	"strconv"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Each(count, Revert) }

func main() {}

// Migrate makes "price_cents" of "price".
func Migrate(rec *remold.Record) error {
	product := rec.Hash()
	inCents, err := product.Contains("price_cents")
	if err != nil {
		return err
	}
	if inCents {
		return remold.Skip("in cents already")
	}
	price, err := product.GetOr("price", "")
	if err != nil {
		return err
	}
	digits, err := rec.Parameters().Int("digits")
	if err != nil {
		return err
	}
	cents, err := toMinor(price, int(digits))
	if err != nil {
		return err
	}
	return errors.Join(
		product.Set("price_cents", strconv.FormatInt(cents, 10)),
		product.Remove("price"),
	)
}

// Revert makes "price" of "price_cents".
func Revert(rec *remold.Record) error {
	product := rec.Hash()
	cents, found, err := product.Get("price_cents")
	if err != nil {
		return err
	}
	if !found {
		return remold.Skip("not in cents")
	}
	minor, err := strconv.ParseInt(cents, 10, 64)
	if err != nil {
		return err
	}
	digits, err := rec.Parameters().Int("digits")
	if err != nil {
		return err
	}
	return errors.Join(
		product.Set("price", fromMinor(minor, int(digits))),
		product.Remove("price_cents"),
	)
}
