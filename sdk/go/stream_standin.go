// Streams, in the stand-in. They have no consumer groups.

//go:build !wasip1

package remold

import "slices"

func (v StreamValue) index(id StreamID) int {
	i, found := slices.BinarySearchFunc(v.Entries, id, func(entry StreamEntry, id StreamID) int {
		return entry.ID.Compare(id)
	})
	if !found {
		return -1
	}
	return i
}

func (h recordHandle) streamLen() (int, error) {
	stream, err := valueOf[StreamValue](h)
	return len(stream.Entries), err
}

func (h recordHandle) streamLastID() (StreamID, error) {
	stream, err := valueOf[StreamValue](h)
	return stream.LastID, err
}

func (h recordHandle) streamIDs(start, limit uint32) ([]StreamID, error) {
	stream, err := valueOf[StreamValue](h)
	var ids []StreamID
	for _, entry := range page(stream.Entries, start, limit) {
		ids = append(ids, entry.ID)
	}
	return ids, err
}

func (h recordHandle) streamEntries(start, limit uint32) ([]StreamEntry, error) {
	stream, err := valueOf[StreamValue](h)
	stream.Entries = page(stream.Entries, start, limit)
	return cloneValue(stream).(StreamValue).Entries, err
}

func (h recordHandle) streamGet(id StreamID) (fields []StreamField, found bool, err error) {
	stream, err := valueOf[StreamValue](h)
	if err != nil {
		return nil, false, err
	}
	i := stream.index(id)
	if i < 0 {
		return nil, false, nil
	}
	return cloneFields(stream.Entries[i].Fields), true, nil
}

func (h recordHandle) streamField(id StreamID, name string) (value string, found bool, err error) {
	fields, _, err := h.streamGet(id)
	for _, field := range fields {
		if string(field.Name) == name {
			return string(field.Value), true, nil
		}
	}
	return "", false, err
}

// editEntry edits the fields of an entry, or refuses if there is none.
func (h recordHandle) editEntry(id StreamID, become func([]StreamField) ([]StreamField, error)) error {
	return editValue(h, func(stream StreamValue) (StreamValue, error) {
		i := stream.index(id)
		if i < 0 {
			return stream, invalid("stream id", "there is no entry "+id.String())
		}
		fields, err := become(cloneFields(stream.Entries[i].Fields))
		if err == nil {
			stream.Entries[i].Fields = fields
		}
		return stream, err
	})
}

func (h recordHandle) streamSet(id StreamID, fields []StreamField) error {
	if err := checkFields(fields); err != nil {
		return err
	}
	return h.editEntry(id, func([]StreamField) ([]StreamField, error) { return cloneFields(fields), nil })
}

func (h recordHandle) streamSetField(id StreamID, name, value string) error {
	return h.editEntry(id, func(fields []StreamField) ([]StreamField, error) {
		for i := range fields {
			if string(fields[i].Name) == name {
				fields[i].Value = []byte(value)
				return fields, nil
			}
		}
		return append(fields, NewStreamField(name, value)), nil
	})
}

func (h recordHandle) streamRenameField(id StreamID, from, to string) error {
	return h.editEntry(id, func(fields []StreamField) ([]StreamField, error) {
		for i := range fields {
			if string(fields[i].Name) == from {
				fields[i].Name = []byte(to)
			}
		}
		return fields, nil
	})
}

func (h recordHandle) streamRemoveField(id StreamID, name string) error {
	return h.editEntry(id, func(fields []StreamField) ([]StreamField, error) {
		fields = slices.DeleteFunc(fields, func(field StreamField) bool { return string(field.Name) == name })
		return fields, checkFields(fields)
	})
}

func (h recordHandle) streamAdd(id StreamID, fields []StreamField) error {
	if err := checkFields(fields); err != nil {
		return err
	}
	return editValue(h, func(stream StreamValue) (StreamValue, error) {
		if id.Compare(stream.LastID) <= 0 {
			problem := "the id " + id.String() + " is not larger than the stream's last id " + stream.LastID.String()
			return stream, invalid("a new entry", problem)
		}
		stream.Entries = append(stream.Entries, StreamEntry{ID: id, Fields: cloneFields(fields)})
		stream.LastID = id
		return stream, nil
	})
}

func (h recordHandle) streamRemove(id StreamID) error {
	return editValue(h, func(stream StreamValue) (StreamValue, error) {
		if i := stream.index(id); i >= 0 {
			stream.Entries = slices.Delete(stream.Entries, i, i+1)
		}
		return stream, nil
	})
}

func (h recordHandle) streamGroups() ([]StreamGroup, error) {
	_, err := valueOf[StreamValue](h)
	return nil, err
}
