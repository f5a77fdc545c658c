// Lists, in the stand-in.

//go:build !wasip1

package remold

import (
	"slices"
	"strconv"
)

// at resolves an index that may count from the end, or refuses if there is no such item.
func (v ListValue) at(index int64) (int, error) {
	resolved := index
	if resolved < 0 {
		resolved += int64(len(v))
	}
	if resolved < 0 || resolved >= int64(len(v)) {
		message := "item " + strconv.FormatInt(index, 10) + " does not exist, there are " + strconv.Itoa(len(v))
		return 0, refusal(CodeOutOfRange, message)
	}
	return int(resolved), nil
}

func (h recordHandle) listLen() (int, error) {
	items, err := valueOf[ListValue](h)
	return len(items), err
}

func (h recordHandle) listGet(index int64) (string, error) {
	items, err := valueOf[ListValue](h)
	if err != nil {
		return "", err
	}
	i, err := items.at(index)
	if err != nil {
		return "", err
	}
	return string(items[i]), nil
}

func (h recordHandle) listSet(index int64, item string) error {
	return editValue(h, func(items ListValue) (ListValue, error) {
		i, err := items.at(index)
		if err == nil {
			items[i] = []byte(item)
		}
		return items, err
	})
}

func (h recordHandle) listPush(item string) error {
	return editValue(h, func(items ListValue) (ListValue, error) {
		return append(items, []byte(item)), nil
	})
}

func (h recordHandle) listPushFront(item string) error {
	return editValue(h, func(items ListValue) (ListValue, error) {
		return slices.Insert(items, 0, []byte(item)), nil
	})
}

func (h recordHandle) listInsert(index int64, item string) error {
	return editValue(h, func(items ListValue) (ListValue, error) {
		if index == int64(len(items)) {
			return append(items, []byte(item)), nil
		}
		i, err := items.at(index)
		if err != nil {
			return nil, err
		}
		return slices.Insert(items, i, []byte(item)), nil
	})
}

func (h recordHandle) listRemove(index int64) error {
	return editValue(h, func(items ListValue) (ListValue, error) {
		i, err := items.at(index)
		if err != nil {
			return nil, err
		}
		return slices.Delete(items, i, i+1), nil
	})
}

func (h recordHandle) listClear() error {
	return editValue(h, func(ListValue) (ListValue, error) { return ListValue{}, nil })
}

func (h recordHandle) listItems(start, limit uint32) ([][]byte, error) {
	items, err := valueOf[ListValue](h)
	return cloneMany(page(items, start, limit)), err
}
