// What the tests share.

//go:build !wasip1

package remold

import (
	"errors"
	"iter"
	"testing"
)

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusedWith fails the test unless an error is a refusal with a code.
func refusedWith(t *testing.T, err error, code ErrorCode) {
	t.Helper()
	var refused *HostError
	if !errors.As(err, &refused) || refused.Code != code {
		t.Fatalf("got %v, want a refusal with %v", err, code)
	}
}

// all collects a walk, and its error.
func all[T any](walk iter.Seq2[T, error]) (elements []T, err error) {
	for element, err := range walk {
		if err != nil {
			return elements, err
		}
		elements = append(elements, element)
	}
	return elements, nil
}
