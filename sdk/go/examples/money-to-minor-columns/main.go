// Makes whole cents of prices, a whole batch at once: "19.99" becomes 1999. Exact decimals all the way, for 19.99 * 100 in
// floats is 1998.9999999999998.
package main

import (
	"strconv"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Columns(count, Migrate) }

//go:wasmexport revert
func revert(count uint32) { remold.Columns(count, Revert) }

func main() {}

// Migrate makes "price_cents" of "price".
func Migrate(batch *remold.Batch) error {
	digits, err := batch.Parameters().Int("digits")
	if err != nil {
		return err
	}
	inCents := batch.FieldsBytes("price_cents")
	cents := make([]remold.Optional[string], batch.Len())
	for i, price := range batch.Fields("price") {
		if inCents[i].OK {
			batch.Skip(i, "in cents already")
			continue
		}
		minor, err := toMinor(price.Value, int(digits))
		if err != nil {
			batch.Fail(i, err)
			continue
		}
		cents[i] = remold.Some(strconv.FormatInt(minor, 10))
	}
	batch.SetFields("price_cents", cents)
	batch.RemoveFields("price")
	return nil
}

// Revert makes "price" of "price_cents".
func Revert(batch *remold.Batch) error {
	digits, err := batch.Parameters().Int("digits")
	if err != nil {
		return err
	}
	prices := make([]remold.Optional[string], batch.Len())
	for i, cents := range batch.Fields("price_cents") {
		if !cents.OK {
			batch.Skip(i, "not in cents")
			continue
		}
		minor, err := strconv.ParseInt(cents.Value, 10, 64)
		if err != nil {
			batch.Fail(i, err)
			continue
		}
		prices[i] = remold.Some(fromMinor(minor, int(digits)))
	}
	batch.SetFields("price", prices)
	batch.RemoveFields("price_cents")
	return nil
}
