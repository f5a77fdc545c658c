// Exact decimals: amounts as texts, and in the smallest unit of their currency.
package main

import (
	"fmt"
	"strconv"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

// toMinor returns a price in its smallest unit, which has so many digits behind the point. It rejects what is no price, and what
// has more than two digits behind the point.
func toMinor(price string, digits int) (int64, error) {
	whole, fraction, point := strings.Cut(price, ".")
	if !isNumber(whole) || point && !isNumber(fraction) {
		return 0, remold.Reject("not-a-price", fmt.Sprintf("the price is %q", price))
	}
	if len(fraction) > 2 {
		return 0, remold.Reject("part-of-a-cent", fmt.Sprintf("the price is %q", price))
	}
	if strings.Trim(fraction[min(digits, len(fraction)):], "0") != "" {
		return 0, fmt.Errorf("%s has more than %d digits behind the point", price, digits)
	}
	fraction += strings.Repeat("0", max(digits-len(fraction), 0))
	return strconv.ParseInt(whole+fraction[:digits], 10, 64)
}

// fromMinor returns the price of an amount in its smallest unit.
func fromMinor(minor int64, digits int) string {
	if digits == 0 {
		return strconv.FormatInt(minor, 10)
	}
	sign := ""
	if minor < 0 {
		sign = "-"
	}
	text := strings.TrimPrefix(strconv.FormatInt(minor, 10), "-")
	text = strings.Repeat("0", max(digits+1-len(text), 0)) + text
	point := len(text) - digits
	return sign + text[:point] + "." + text[point:]
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
