// Records that hold a text, and what is text.

package remold

import (
	"strings"
	"unicode/utf8"
)

// Text is the value of a record that holds a text, Redis's string. Every method fails with CodeWrongKind on another kind.
type Text struct{ h recordHandle }

// Get returns the value. It fails with CodeNotText if it is not UTF-8.
func (t Text) Get() (string, error) {
	value, err := t.h.textGet()
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(value) {
		return "", notText("the value")
	}
	return value, nil
}

// GetBytes returns the value as bytes.
func (t Text) GetBytes() ([]byte, error) {
	value, err := t.h.textGet()
	if err != nil {
		return nil, err
	}
	return []byte(value), nil
}

// Set sets the value.
func (t Text) Set(value string) error { return t.h.textSet(value) }

func notText(what string) error {
	return refusal(CodeNotText, what+" is not UTF-8 text; read it as bytes")
}

// needText refuses an argument that has to be UTF-8.
func needText(argument, what string) error {
	if utf8.ValidString(argument) {
		return nil
	}
	return refusal(CodeInvalidArgument, what+" is not UTF-8 text")
}

// legible makes UTF-8 of what is meant for a person.
func legible(text string) string {
	return strings.ToValidUTF8(text, "\uFFFD")
}
