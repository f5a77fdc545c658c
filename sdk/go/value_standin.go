// Whole values, in the stand-in.

//go:build !wasip1

package remold

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
)

// cloneValue copies a value, so that no edit of a copy shows in the other.
func cloneValue(value Value) Value {
	switch value := value.(type) {
	case TextValue:
		return TextValue(bytes.Clone(value))
	case ListValue:
		return ListValue(cloneMany(value))
	case SetValue:
		return SetValue(cloneMany(value))
	case SortedSetValue:
		clone := slices.Clone(value)
		for i := range clone {
			clone[i].Member = bytes.Clone(clone[i].Member)
		}
		return clone
	case HashValue:
		clone := slices.Clone(value)
		for i := range clone {
			clone[i].Name, clone[i].Value = bytes.Clone(clone[i].Name), bytes.Clone(clone[i].Value)
		}
		return clone
	case StreamValue:
		clone := StreamValue{Entries: slices.Clone(value.Entries), LastID: value.LastID}
		for i := range clone.Entries {
			clone.Entries[i].Fields = cloneFields(clone.Entries[i].Fields)
		}
		return clone
	case OpaqueValue:
		value.Bytes = bytes.Clone(value.Bytes)
		return value
	}
	return value
}

func cloneMany(many [][]byte) [][]byte {
	clone := make([][]byte, len(many))
	for i, one := range many {
		clone[i] = bytes.Clone(one)
	}
	return clone
}

func cloneFields(fields []StreamField) []StreamField {
	clone := slices.Clone(fields)
	for i := range clone {
		clone[i].Name, clone[i].Value = bytes.Clone(clone[i].Name), bytes.Clone(clone[i].Value)
	}
	return clone
}

func sizeOf(value Value) int {
	switch value := value.(type) {
	case TextValue:
		return len(value)
	case ListValue:
		return len(value)
	case SetValue:
		return len(value)
	case SortedSetValue:
		return len(value)
	case HashValue:
		return len(value)
	case StreamValue:
		return len(value.Entries)
	case OpaqueValue:
		return len(value.Bytes)
	}
	return 0
}

// checkValue refuses a value that there cannot be.
func checkValue(value Value) error {
	switch value := value.(type) {
	case nil:
		return refusal(CodeInvalidArgument, "the value is nil")
	case SetValue:
		return checkUnique(value, func(member []byte) []byte { return member })
	case SortedSetValue:
		for _, scored := range value {
			if err := checkScore(scored.Score); err != nil {
				return err
			}
		}
		return checkUnique(value, func(scored Scored) []byte { return scored.Member })
	case HashValue:
		for _, field := range value {
			if _, err := expiryOf(millisOf(field.ExpiresAt)); err != nil {
				return err
			}
		}
		return checkUnique(value, func(field HashField) []byte { return field.Name })
	case StreamValue:
		return checkStream(value)
	}
	return nil
}

func checkUnique[T any](elements []T, name func(T) []byte) error {
	seen := make(map[string]bool)
	for _, element := range elements {
		name := string(name(element))
		if seen[name] {
			return invalid("the value", "the name "+quoted(name)+" occurs twice")
		}
		seen[name] = true
	}
	return nil
}

func checkScore(score float64) error {
	if math.IsNaN(score) {
		return invalid("score", "it is not a number")
	}
	return nil
}

func checkStream(stream StreamValue) error {
	var last StreamID
	for i, entry := range stream.Entries {
		if i > 0 && entry.ID.Compare(last) <= 0 {
			return invalid("the value", "the entry "+entry.ID.String()+" is not behind "+last.String())
		}
		if err := checkFields(entry.Fields); err != nil {
			return err
		}
		last = entry.ID
	}
	if stream.LastID.Compare(last) < 0 {
		return invalid("the value", "the last id is below that of the last entry")
	}
	return nil
}

func checkFields(fields []StreamField) error {
	if len(fields) == 0 {
		return invalid("an entry", "it has at least one field")
	}
	return nil
}

// quoted shows bytes as text, with escapes for what is none.
func quoted(text string) string {
	return strconv.QuoteToASCII(text)
}

// matches says whether a key matches a pattern of Redis: * any run of bytes, ? one byte, [ab], [a-z] and [^a] sets, \ takes the
// next byte literally.
func matches(pattern, key string) bool {
	if pattern == "" {
		return key == ""
	}
	if pattern[0] == '*' {
		rest := strings.TrimLeft(pattern, "*")
		for i := range len(key) + 1 {
			if matches(rest, key[i:]) {
				return true
			}
		}
		return false
	}
	if key == "" {
		return false
	}
	hit, rest := matchOne(pattern, key[0])
	return hit && matches(rest, key[1:])
}

// matchOne matches the first element of a pattern, and returns what is behind it.
func matchOne(pattern string, b byte) (hit bool, rest string) {
	switch {
	case pattern[0] == '?':
		return true, pattern[1:]
	case pattern[0] == '\\' && len(pattern) > 1:
		return pattern[1] == b, pattern[2:]
	case pattern[0] != '[':
		return pattern[0] == b, pattern[1:]
	}
	set, negated := strings.CutPrefix(pattern[1:], "^")
	for set != "" && set[0] != ']' {
		switch {
		case set[0] == '\\' && len(set) > 1:
			hit = hit || set[1] == b
			set = set[2:]
		case len(set) > 2 && set[1] == '-':
			hit = hit || min(set[0], set[2]) <= b && b <= max(set[0], set[2])
			set = set[3:]
		default:
			hit = hit || set[0] == b
			set = set[1:]
		}
	}
	return hit != negated, strings.TrimPrefix(set, "]")
}
