// The change of the benchmark, a column at a time.
package main

import (
	"errors"
	"strconv"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Columns(count, Migrate) }

func main() {}

// column has a text, or none, for each record.
type column = []remold.Optional[string]

// Migrate makes the change.
func Migrate(batch *remold.Batch) error {
	prices := batch.Fields("price")
	firsts, lasts := make(column, batch.Len()), make(column, batch.Len())
	priceCents := make(column, batch.Len())
	for i, name := range batch.Fields("name") {
		if !name.OK {
			batch.Skip(i, "changed already")
			continue
		}
		first, last, two := strings.Cut(name.Value, " ")
		cents, err := cents(prices[i].Value)
		if !two || err != nil {
			batch.Reject(i, "unexpected", "the name is one word, or the price is none")
			continue
		}
		firsts[i], lasts[i] = remold.Some(first), remold.Some(last)
		priceCents[i] = remold.Some(strconv.FormatInt(cents, 10))
	}
	batch.SetFields("first", firsts)
	batch.SetFields("last", lasts)
	batch.SetFields("price_cents", priceCents)
	batch.RemoveFields("name")
	batch.RemoveFields("price")
	batch.RemoveFields("legacy")
	return nil
}

// cents reads "12.50" as 1250.
func cents(price string) (int64, error) {
	whole, part, _ := strings.Cut(price, ".")
	if len(part) != 2 {
		return 0, errors.New("not two digits behind the point")
	}
	return strconv.ParseInt(whole+part, 10, 64)
}
