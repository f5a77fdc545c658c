// JSON documents that are edited in place, in the stand-in.

//go:build !wasip1

package remold

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// document reads the record's text as JSON.
func (h recordHandle) document() (document, error) {
	text, err := h.textGet()
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(text) {
		return "", notText("the value")
	}
	if !json.Valid([]byte(text)) {
		return "", invalid("the record's text", "it is no JSON")
	}
	return document(text), nil
}

func (h recordHandle) jsonGet(pointer string) (raw string, found bool, err error) {
	doc, err := h.document()
	if err != nil {
		return "", false, err
	}
	at, found, err := doc.find(pointer)
	return string(doc[at.start:at.end]), found, err
}

func (h recordHandle) jsonSet(pointer, raw string) error {
	doc, err := h.document()
	if err != nil {
		return err
	}
	if !json.Valid([]byte(raw)) {
		return invalid("the value", "it is no JSON")
	}
	after, err := doc.set(pointer, strings.TrimSpace(raw))
	if err != nil {
		return err
	}
	return h.textSet(after)
}

func (h recordHandle) jsonRemove(pointer string) error {
	doc, err := h.document()
	if err != nil {
		return err
	}
	after, err := doc.remove(pointer)
	if err != nil {
		return err
	}
	return h.textSet(after)
}

// document is a text that is known to be JSON. Its parts are found by where they are, so that an edit leaves the rest as it is.
type document string

type span struct{ start, end int }

// node is an object or array with what is in it. A leaf has no bracket.
type node struct {
	bracket byte
	names   []string
	inner   []span
}

// find returns where the value at a place is.
func (d document) find(pointer string) (at span, found bool, err error) {
	tokens, err := tokensOf(pointer)
	if err != nil {
		return span{}, false, err
	}
	at = d.trim(span{0, len(d)})
	for _, token := range tokens {
		i := d.node(at).index(token)
		if i < 0 {
			return span{}, false, nil
		}
		at = d.node(at).inner[i]
	}
	return at, true, nil
}

func (d document) set(pointer, raw string) (string, error) {
	at, found, err := d.find(pointer)
	if err != nil {
		return "", err
	}
	if found {
		return d.splice(at, raw), nil
	}
	parent, last, err := d.parent(pointer)
	if err != nil {
		return "", err
	}
	in := d.node(parent)
	if in.bracket == '{' {
		name, err := PrintJSON(last)
		if err != nil {
			return "", err
		}
		raw = name + ":" + raw
	} else if last != "-" && last != strconv.Itoa(len(in.inner)) {
		size := strconv.Itoa(len(in.inner))
		return "", invalid("the pointer "+quoted(pointer), last+" is no place in an array of "+size+"; `-` is its end")
	}
	if len(in.inner) == 0 {
		return d.splice(span{parent.start + 1, parent.start + 1}, raw), nil
	}
	end := in.inner[len(in.inner)-1].end
	return d.splice(span{end, end}, ","+raw), nil
}

func (d document) remove(pointer string) (string, error) {
	if pointer == "" {
		return "", invalid("the pointer", "the whole document cannot be removed")
	}
	target, found, err := d.find(pointer)
	if err != nil || !found {
		return string(d), err
	}
	parent, _, err := d.parent(pointer)
	if err != nil {
		return "", err
	}
	siblings := d.node(parent).inner
	i := slices.Index(siblings, target)
	switch {
	case i > 0:
		target.start = siblings[i-1].end
	case len(siblings) > 1:
		target.start = parent.start + 1
		target.end += strings.IndexByte(string(d[target.end:]), ',') + 1
	default:
		target.start = parent.start + 1
	}
	return d.splice(target, ""), nil
}

// parent returns what a place is in, and the last part of its pointer.
func (d document) parent(pointer string) (at span, last string, err error) {
	missing := invalid("the pointer "+quoted(pointer), "what it is to be in is no object or array, or is not there")
	tokens, err := tokensOf(pointer)
	if err != nil {
		return span{}, "", err
	}
	if len(tokens) == 0 {
		return span{}, "", missing
	}
	at, found, err := d.find(pointer[:strings.LastIndexByte(pointer, '/')])
	if err != nil {
		return span{}, "", err
	}
	if !found || d.node(at).bracket == 0 {
		return span{}, "", missing
	}
	return at, tokens[len(tokens)-1], nil
}

// node takes the value at a place apart.
func (d document) node(at span) node {
	in := node{}
	if first := d[at.start]; first == '{' || first == '[' {
		in.bracket = first
	} else {
		return in
	}
	decoder := json.NewDecoder(strings.NewReader(string(d[at.start:at.end])))
	decoder.Token()
	for decoder.More() {
		if in.bracket == '{' {
			name, _ := decoder.Token()
			in.names = append(in.names, name.(string))
		}
		var raw json.RawMessage
		decoder.Decode(&raw)
		end := at.start + int(decoder.InputOffset())
		in.inner = append(in.inner, span{end - len(raw), end})
	}
	return in
}

// index returns the number of a member or item, -1 if there is none.
func (n node) index(token string) int {
	if n.bracket == '{' {
		return slices.Index(n.names, token)
	}
	i, err := strconv.Atoi(token)
	if err != nil || strconv.Itoa(i) != token || i < 0 || i >= len(n.inner) {
		return -1
	}
	return i
}

func (d document) trim(at span) span {
	text := string(d[at.start:at.end])
	start := at.end - len(strings.TrimLeft(text, " \t\r\n"))
	return span{start, at.start + len(strings.TrimRight(text, " \t\r\n"))}
}

func (d document) splice(at span, with string) string {
	return string(d[:at.start]) + with + string(d[at.end:])
}

// tokensOf takes a JSON Pointer apart.
func tokensOf(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	rest, slash := strings.CutPrefix(pointer, "/")
	if !slash {
		return nil, invalid("the pointer "+quoted(pointer), "a JSON Pointer is empty or begins with /")
	}
	tokens := strings.Split(rest, "/")
	for i, token := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}
