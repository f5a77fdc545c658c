// From data to JSON text.

package remold

import (
	"errors"
	"math"
	"strconv"
)

// PrintJSON writes data as compact JSON, the members of a map by name. Data is what [ParseJSON] returns, also of the types int,
// int64, uint64, float64, []string and map[string]string. It fails on data of other types, on NaN and infinite numbers, on
// strings that are not UTF-8, and on nesting beyond 100 levels.
func PrintJSON(data any) (string, error) {
	text, err := appendJSON(nil, data, 0)
	return string(text), err
}

func appendJSON(text []byte, data any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errors.New("it is nested deeper than " + strconv.Itoa(maxDepth) + " levels")
	}
	switch data := data.(type) {
	case nil:
		return append(text, "null"...), nil
	case bool:
		return strconv.AppendBool(text, data), nil
	case string:
		return appendString(text, data)
	case Number:
		return appendNumber(text, data)
	case int:
		return strconv.AppendInt(text, int64(data), 10), nil
	case int64:
		return strconv.AppendInt(text, data, 10), nil
	case uint64:
		return strconv.AppendUint(text, data, 10), nil
	case float64:
		return appendFloat(text, data)
	case []any:
		return appendArray(text, data, depth)
	case []string:
		return appendArray(text, data, depth)
	case map[string]any:
		return appendObject(text, data, depth)
	case map[string]string:
		return appendObject(text, data, depth)
	}
	return nil, errors.New("there is no JSON for data of this type")
}

func appendArray[T any](text []byte, items []T, depth int) ([]byte, error) {
	text = append(text, '[')
	for i, item := range items {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendJSON(text, item, depth+1); err != nil {
			return nil, err
		}
	}
	return append(text, ']'), nil
}

func appendObject[T any](text []byte, members map[string]T, depth int) ([]byte, error) {
	text = append(text, '{')
	for i, name := range sortedNames(members) {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendString(text, name); err != nil {
			return nil, err
		}
		text = append(text, ':')
		if text, err = appendJSON(text, members[name], depth+1); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

func appendNumber(text []byte, number Number) ([]byte, error) {
	p := parser{text: string(number)}
	if _, err := p.number(); err != nil || p.at < len(number) {
		return nil, errors.New(strconv.Quote(string(number)) + " is no JSON number")
	}
	return append(text, number...), nil
}

func appendFloat(text []byte, number float64) ([]byte, error) {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return nil, errors.New("there is no JSON for a number that is not finite")
	}
	format := byte('f')
	if size := math.Abs(number); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(text, number, format, -1, 64), nil
}

func appendString(text []byte, value string) ([]byte, error) {
	if err := needText(value, "the string"); err != nil {
		return nil, err
	}
	text = append(text, '"')
	start := 0
	for i := range len(value) {
		escape := escapeOf(value[i])
		if escape == "" {
			continue
		}
		text = append(text, value[start:i]...)
		text = append(text, escape...)
		start = i + 1
	}
	text = append(text, value[start:]...)
	return append(text, '"'), nil
}

// escapeOf returns how a byte is written in a JSON string, if it is not written as it is.
func escapeOf(b byte) string {
	switch {
	case b == '"':
		return `\"`
	case b == '\\':
		return `\\`
	case b >= ' ':
		return ""
	case b == '\b':
		return `\b`
	case b == '\f':
		return `\f`
	case b == '\n':
		return `\n`
	case b == '\r':
		return `\r`
	case b == '\t':
		return `\t`
	}
	const digits = "0123456789abcdef"
	return `\u00` + string(digits[b>>4]) + string(digits[b&15])
}
