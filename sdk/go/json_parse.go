// From JSON text to data. Package encoding/json can do more, and takes ten times the instructions and a megabyte.

package remold

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep data may be nested.
const maxDepth = 100

// Number is a JSON number as it is written.
type Number string

// Int64 returns the number as an integer. It fails if it is none, or too large.
func (n Number) Int64() (int64, error) { return strconv.ParseInt(string(n), 10, 64) }

// Float64 returns the nearest double. It fails if the number is too large.
func (n Number) Float64() (float64, error) { return strconv.ParseFloat(string(n), 64) }

// ParseJSON reads a JSON text (RFC 8259) as data: nil, a bool, a string, a [Number], a []any or a map[string]any. It fails
// on a member that occurs twice, and on nesting beyond 100 levels.
func ParseJSON(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is no JSON: it is not UTF-8 text")
	}
	p := parser{text: text}
	p.skipSpace()
	data, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	if p.at < len(text) {
		return nil, p.unexpected("its end")
	}
	return data, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) unexpected(expected string) error {
	return errors.New("it is no JSON: " + expected + " is expected at byte " + strconv.Itoa(p.at))
}

// peek returns the next byte; 0, which no JSON has, at the end.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) skipSpace() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("it is nested deeper than " + strconv.Itoa(maxDepth) + " levels")
	}
	switch next := p.peek(); {
	case next == '{':
		return p.object(depth)
	case next == '[':
		return p.array(depth)
	case next == '"':
		return p.string()
	case next == '-' || isDigit(next):
		return p.number()
	case p.word("null"):
		return nil, nil
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	}
	return nil, p.unexpected("a value")
}

func (p *parser) word(word string) bool {
	found := strings.HasPrefix(p.text[p.at:], word)
	if found {
		p.at += len(word)
	}
	return found
}

func (p *parser) object(depth int) (any, error) {
	members := make(map[string]any)
	for first := true; ; first = false {
		more, err := p.next('}', first)
		if err != nil || !more {
			return members, err
		}
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		p.skipSpace()
		if p.peek() != ':' {
			return nil, p.unexpected("a colon")
		}
		p.at++
		p.skipSpace()
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		before := len(members)
		members[name] = value
		if len(members) == before {
			return nil, errors.New("the member " + strconv.Quote(name) + " occurs twice")
		}
	}
}

func (p *parser) array(depth int) (any, error) {
	items := []any{}
	for first := true; ; first = false {
		more, err := p.next(']', first)
		if err != nil || !more {
			return items, err
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
}

// next goes to the next element of an object or array, and says whether there is one.
func (p *parser) next(end byte, first bool) (bool, error) {
	if first {
		p.at++
	}
	p.skipSpace()
	if p.peek() == end {
		p.at++
		return false, nil
	}
	if first {
		return true, nil
	}
	if p.peek() != ',' {
		return false, p.unexpected("a comma or the end of the list")
	}
	p.at++
	p.skipSpace()
	return true, nil
}

func (p *parser) number() (any, error) {
	start := p.at
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if !p.digits() {
		return nil, p.unexpected("a digit")
	}
	if p.peek() == '.' {
		p.at++
		if !p.digits() {
			return nil, p.unexpected("a digit")
		}
	}
	if p.peek() == 'e' || p.peek() == 'E' {
		p.at++
		if p.peek() == '+' || p.peek() == '-' {
			p.at++
		}
		if !p.digits() {
			return nil, p.unexpected("a digit")
		}
	}
	return Number(p.text[start:p.at]), nil
}

// digits goes behind the next digits, and says whether there were any.
func (p *parser) digits() bool {
	start := p.at
	for isDigit(p.peek()) {
		p.at++
	}
	return p.at > start
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func (p *parser) string() (string, error) {
	if p.peek() != '"' {
		return "", p.unexpected("a string")
	}
	p.at++
	start := p.at
	// Most strings have no escapes, and are a part of the text.
	var unescaped []byte
	for p.at < len(p.text) {
		switch next := p.text[p.at]; {
		case next == '"':
			part := p.text[start:p.at]
			p.at++
			if unescaped == nil {
				return part, nil
			}
			return string(append(unescaped, part...)), nil
		case next == '\\':
			unescaped = append(unescaped, p.text[start:p.at]...)
			escaped, err := p.escape()
			if err != nil {
				return "", err
			}
			unescaped = utf8.AppendRune(unescaped, escaped)
			start = p.at
		case next < ' ':
			return "", p.unexpected("no control character")
		default:
			p.at++
		}
	}
	return "", p.unexpected("a quotation mark")
}

// escape reads an escape from its backslash on.
func (p *parser) escape() (rune, error) {
	p.at++
	next := p.peek()
	p.at++
	if next == 'u' {
		return p.unicode()
	}
	const plain, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(plain, next); i >= 0 {
		return rune(meant[i]), nil
	}
	p.at--
	return 0, p.unexpected("an escape")
}

func (p *parser) unicode() (rune, error) {
	first, err := p.hex()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	if !p.word(`\u`) {
		return 0, p.unexpected("the other half of a surrogate pair")
	}
	second, err := p.hex()
	if err != nil {
		return 0, err
	}
	pair := utf16.DecodeRune(first, second)
	if pair == utf8.RuneError {
		return 0, p.unexpected("the other half of a surrogate pair")
	}
	return pair, nil
}

func (p *parser) hex() (rune, error) {
	if p.at+4 > len(p.text) {
		return 0, p.unexpected("four hexadecimal digits")
	}
	code, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 16)
	if err != nil {
		return 0, p.unexpected("four hexadecimal digits")
	}
	p.at += 4
	return rune(code), nil
}
