// Records that hold a list.

package remold

import (
	"iter"
	"strconv"
	"unicode/utf8"
)

// List is the items of a record that holds a list. An index from -1 downwards counts from the end. Every method fails with
// CodeWrongKind on another kind.
type List struct{ h recordHandle }

// Len returns the number of items.
func (l List) Len() (int, error) { return l.h.listLen() }

// Get returns an item. It fails with CodeOutOfRange if there is none, and with CodeNotText if it is not UTF-8.
func (l List) Get(index int) (string, error) {
	item, err := l.h.listGet(int64(index))
	if err == nil && !utf8.ValidString(item) {
		return "", notText("the item " + strconv.Itoa(index))
	}
	return item, err
}

// GetBytes returns an item as bytes. It fails with CodeOutOfRange if there is none.
func (l List) GetBytes(index int) ([]byte, error) {
	item, err := l.h.listGet(int64(index))
	if err != nil {
		return nil, err
	}
	return []byte(item), nil
}

// Set replaces an item. It fails with CodeOutOfRange if there is none.
func (l List) Set(index int, item string) error { return l.h.listSet(int64(index), item) }

// Push adds an item at the end.
func (l List) Push(item string) error { return l.h.listPush(item) }

// PushFront adds an item at the beginning.
func (l List) PushFront(item string) error { return l.h.listPushFront(item) }

// Insert inserts an item before the one at an index, which may be the number of items. It fails with CodeOutOfRange beyond
// that.
func (l List) Insert(index int, item string) error { return l.h.listInsert(int64(index), item) }

// Remove removes an item. It fails with CodeOutOfRange if there is none.
func (l List) Remove(index int) error { return l.h.listRemove(int64(index)) }

// Clear removes all items.
func (l List) Clear() error { return l.h.listClear() }

// Items walks the items; see [List.ItemsBytes]. It fails with CodeNotText if one is not UTF-8.
func (l List) Items() iter.Seq2[string, error] { return texts(l.ItemsBytes(), "the item") }

// ItemsBytes walks the items as bytes, head first. The host is asked for a page at a time, so items should not be added or
// removed on the way. After an error there are no more items.
func (l List) ItemsBytes() iter.Seq2[[]byte, error] { return pages(l.h.listItems) }
