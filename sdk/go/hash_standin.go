// Hashes, in the stand-in.

//go:build !wasip1

package remold

import "slices"

func (v HashValue) index(name string) int {
	return slices.IndexFunc(v, func(field HashField) bool { return string(field.Name) == name })
}

func (h recordHandle) hashGet(name string) (value string, found bool, err error) {
	fields, err := valueOf[HashValue](h)
	if err != nil {
		return "", false, err
	}
	i := fields.index(name)
	if i < 0 {
		return "", false, nil
	}
	return string(fields[i].Value), true, nil
}

func (h recordHandle) hashSet(name, value string) error {
	return editValue(h, func(fields HashValue) (HashValue, error) {
		if i := fields.index(name); i >= 0 {
			fields[i].Value = []byte(value)
			return fields, nil
		}
		return append(fields, HashField{Name: []byte(name), Value: []byte(value)}), nil
	})
}

func (h recordHandle) hashRename(from, to string) error {
	return editValue(h, func(fields HashValue) (HashValue, error) {
		if from == to || fields.index(from) < 0 {
			return fields, nil
		}
		if i := fields.index(to); i >= 0 {
			fields = slices.Delete(fields, i, i+1)
		}
		fields[fields.index(from)].Name = []byte(to)
		return fields, nil
	})
}

func (h recordHandle) hashRemove(name string) error {
	return editValue(h, func(fields HashValue) (HashValue, error) {
		if i := fields.index(name); i >= 0 {
			fields = slices.Delete(fields, i, i+1)
		}
		return fields, nil
	})
}

func (h recordHandle) hashContains(name string) (bool, error) {
	fields, err := valueOf[HashValue](h)
	return err == nil && fields.index(name) >= 0, err
}

func (h recordHandle) hashLen() (int, error) {
	fields, err := valueOf[HashValue](h)
	return len(fields), err
}

func (h recordHandle) hashClear() error {
	return editValue(h, func(HashValue) (HashValue, error) { return HashValue{}, nil })
}

func (h recordHandle) hashNames(start, limit uint32) ([][]byte, error) {
	fields, err := h.hashFields(start, limit)
	names := make([][]byte, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	return names, err
}

func (h recordHandle) hashFields(start, limit uint32) ([]HashField, error) {
	fields, err := valueOf[HashValue](h)
	if err != nil {
		return nil, err
	}
	return cloneValue(HashValue(page(fields, start, limit))).(HashValue), nil
}

func (h recordHandle) hashExpiresAt(name string) (Optional[uint64], error) {
	fields, err := valueOf[HashValue](h)
	if err != nil {
		return Optional[uint64]{}, err
	}
	i := fields.index(name)
	if i < 0 {
		return Optional[uint64]{}, nil
	}
	return millisOf(fields[i].ExpiresAt), nil
}

func (h recordHandle) hashSetExpiresAt(name string, at Optional[uint64]) error {
	expiry, err := expiryOf(at)
	if err != nil {
		return err
	}
	return editValue(h, func(fields HashValue) (HashValue, error) {
		i := fields.index(name)
		if i < 0 {
			return nil, invalid("expiry of a field", "there is no field "+quoted(name))
		}
		fields[i].ExpiresAt = expiry
		return fields, nil
	})
}
