// Iterators that read a page at a time.

package remold

import (
	"iter"
	"strconv"
	"unicode/utf8"
)

// pageSize is how many elements the host is asked for at once.
const pageSize = 128

// pages walks the elements that a function returns up to limit of, from number start on.
func pages[T any](read func(start, limit uint32) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for start := uint32(0); ; {
			page, err := read(start, pageSize)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, element := range page {
				if !yield(element, nil) {
					return
				}
			}
			start += uint32(len(page))
		}
	}
}

// mapped walks what becomes of the elements of another walk, to its first error.
func mapped[T, U any](walk iter.Seq2[T, error], become func(T) (U, error)) iter.Seq2[U, error] {
	return func(yield func(U, error) bool) {
		for element, err := range walk {
			var after U
			if err == nil {
				after, err = become(element)
			}
			if !yield(after, err) || err != nil {
				return
			}
		}
	}
}

// texts walks elements that have to be UTF-8.
func texts(walk iter.Seq2[[]byte, error], what string) iter.Seq2[string, error] {
	return mapped(walk, func(element []byte) (string, error) {
		if !utf8.Valid(element) {
			return "", notText(what + " " + strconv.Quote(string(element)))
		}
		return string(element), nil
	})
}
