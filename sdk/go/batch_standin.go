// Columns, in the stand-in.

//go:build !wasip1

package remold

// batchHandle is the records of a batch.
type batchHandle []recordHandle

func (batchHandle) close() {}

func (b batchHandle) record(i int) recordHandle { return b[i] }

// column reads something of every record; what cannot be read fails its record alone.
func column[T any](b batchHandle, read func(recordHandle) (T, error)) []T {
	values := make([]T, len(b))
	for i, h := range b {
		value, err := read(h)
		if err != nil {
			h.fault = faultOf(err)
			continue
		}
		values[i] = value
	}
	return values
}

// setColumn edits the records that the column has something for.
func setColumn[T any](b batchHandle, values []Optional[T], write func(recordHandle, T) error) {
	b.each(func(i int, h recordHandle) error {
		if !values[i].OK {
			return nil
		}
		return write(h, values[i].Value)
	})
}

// each edits every record; what cannot be done fails its record alone.
func (b batchHandle) each(edit func(i int, h recordHandle) error) {
	for i, h := range b {
		if err := edit(i, h); err != nil {
			h.fault = faultOf(err)
		}
	}
}

func faultOf(err error) error {
	failure := failureOf(err)
	return &failure
}

// orNone makes what is there or not of what may be missing.
func orNone[T any](value T, found bool, err error) (Optional[T], error) {
	return Optional[T]{Value: value, OK: found}, err
}

func (b batchHandle) keys() [][]byte {
	return column(b, func(h recordHandle) ([]byte, error) { return []byte(h.key()), nil })
}

func (b batchHandle) keysText() []Optional[string] {
	return column(b, func(h recordHandle) (Optional[string], error) {
		key, err := (&Record{h: h}).Key()
		return orNone(key, true, err)
	})
}

func (b batchHandle) kinds() []Kind {
	return column(b, func(h recordHandle) (Kind, error) { return h.kind(), nil })
}

func (b batchHandle) expiries() []Optional[uint64] {
	return column(b, func(h recordHandle) (Optional[uint64], error) { return h.expiresAt(), nil })
}

func (b batchHandle) setExpiries(at []Optional[uint64]) {
	b.each(func(i int, h recordHandle) error { return h.setExpiresAt(at[i]) })
}

func (b batchHandle) texts() []Optional[[]byte] {
	return column(b, func(h recordHandle) (Optional[[]byte], error) {
		value, err := Text{h}.GetBytes()
		return orNone(value, true, err)
	})
}

func (b batchHandle) textsText() []Optional[string] {
	return column(b, func(h recordHandle) (Optional[string], error) {
		value, err := Text{h}.Get()
		return orNone(value, true, err)
	})
}

func (b batchHandle) setTexts(values []Optional[string]) { setColumn(b, values, recordHandle.textSet) }

func (b batchHandle) fields(name string) []Optional[[]byte] {
	return column(b, func(h recordHandle) (Optional[[]byte], error) { return orNone(Hash{h}.GetBytes(name)) })
}

func (b batchHandle) fieldsText(name string) []Optional[string] {
	return column(b, func(h recordHandle) (Optional[string], error) { return orNone(Hash{h}.Get(name)) })
}

func (b batchHandle) setFields(name string, values []Optional[string]) {
	setColumn(b, values, func(h recordHandle, value string) error { return h.hashSet(name, value) })
}

func (b batchHandle) renameFields(from, to string) {
	b.each(func(_ int, h recordHandle) error { return h.hashRename(from, to) })
}

func (b batchHandle) removeFields(name string) {
	b.each(func(_ int, h recordHandle) error { return h.hashRemove(name) })
}

func (b batchHandle) values() []Value {
	return column(b, func(h recordHandle) (Value, error) { return h.value(), nil })
}

func (b batchHandle) setValues(values []Value) {
	b.each(func(i int, h recordHandle) error {
		if values[i] == nil {
			return nil
		}
		return h.setValue(values[i])
	})
}

func (b batchHandle) rename(keys []Optional[string]) { setColumn(b, keys, recordHandle.rename) }

func (b batchHandle) delete(which []bool) {
	b.each(func(i int, h recordHandle) error {
		if !which[i] {
			return nil
		}
		return h.delete()
	})
}
