// Records, in the stand-in.

//go:build !wasip1

package remold

import "time"

// recordHandle is a record with what was asked for on it.
type recordHandle = *heldRecord

type heldRecord struct {
	host  *StandIn
	entry Entry
	// lookedUp makes it read-only.
	lookedUp bool
	// version is that of the key when a program got it.
	version uint64

	renamedTo Optional[string]
	deleted   bool
	emitted   []Entry
	removed   []string
	asked     []string
	edited    bool

	// verdict is what the transform said of it, fault what was wrong with it in a column, whatever the transform says.
	verdict, fault error
}

func newHandle(host *StandIn, entry Entry) recordHandle {
	entry.Value = cloneValue(entry.Value)
	return &heldRecord{host: host, entry: entry}
}

func (h recordHandle) key() string { return h.entry.Key }

func (h recordHandle) kind() Kind { return h.entry.Value.Kind() }

func (h recordHandle) size() uint64 { return uint64(sizeOf(h.entry.Value)) }

func (h recordHandle) seed() uint64 { return h.host.seedOf(h.entry.Key) }

func (h recordHandle) expiresAt() Optional[uint64] { return millisOf(h.entry.ExpiresAt) }

func (h recordHandle) setExpiresAt(at Optional[uint64]) error {
	expiry, err := expiryOf(at)
	if err != nil {
		return err
	}
	return h.edit(func() error {
		h.entry.ExpiresAt = expiry
		return nil
	})
}

func (h recordHandle) ttl() Optional[uint64] {
	at, now := h.expiresAt(), runHandle{h.host}.now()
	if at.OK {
		at.Value -= min(now, at.Value)
	}
	return at
}

func (h recordHandle) setTTL(ms Optional[uint64]) error {
	if _, err := expiryOf(ms); err != nil {
		return err
	}
	if ms.OK {
		ms.Value += runHandle{h.host}.now()
	}
	return h.setExpiresAt(ms)
}

func (h recordHandle) value() Value { return cloneValue(h.entry.Value) }

func (h recordHandle) setValue(value Value) error {
	if err := checkValue(value); err != nil {
		return err
	}
	return h.edit(func() error {
		h.entry.Value = cloneValue(value)
		return nil
	})
}

func (h recordHandle) rename(key string) error {
	if err := h.host.check(key, toWrite); err != nil {
		return err
	}
	return h.edit(func() error {
		h.renamedTo = Optional[string]{Value: key, OK: key != h.entry.Key}
		return nil
	})
}

func (h recordHandle) delete() error {
	return h.edit(func() error {
		h.deleted = true
		return nil
	})
}

func (h recordHandle) emit(entry Entry) error {
	if err := h.host.check(entry.Key, toWrite); err != nil {
		return err
	}
	if _, err := expiryOf(millisOf(entry.ExpiresAt)); err != nil {
		return err
	}
	if err := checkValue(entry.Value); err != nil {
		return err
	}
	return h.edit(func() error {
		entry.Value = cloneValue(entry.Value)
		h.emitted = append(h.emitted, entry)
		return nil
	})
}

func (h recordHandle) remove(key string) error {
	if err := h.host.check(key, toWrite); err != nil {
		return err
	}
	return h.edit(func() error {
		h.removed = append(h.removed, key)
		return nil
	})
}

func (h recordHandle) ask(key string) error {
	if err := h.host.check(key, toRead); err != nil {
		return err
	}
	h.asked = append(h.asked, key)
	return nil
}

func (h recordHandle) lookup(key string) (recordHandle, bool, error) {
	for _, asked := range h.asked {
		if asked != key {
			continue
		}
		entry, found := h.host.Get(key)
		if !found {
			return nil, false, nil
		}
		held := newHandle(h.host, entry)
		held.lookedUp = true
		return held, true, nil
	}
	return nil, false, refusal(CodeNotLookedUp, "key "+quoted(key)+" was not asked for in lookups")
}

func (h recordHandle) skip(reason string) { h.verdict = Skip(reason) }

func (h recordHandle) reject(code, message string) { h.verdict = Reject(code, message) }

func (h recordHandle) fail(failure Failure) { h.verdict = &failure }

// edit edits the record, unless it was looked up.
func (h recordHandle) edit(edit func() error) error {
	if h.lookedUp {
		return invalid("a record that was looked up", "it is read-only; `emit` writes other keys")
	}
	h.edited = true
	return edit()
}

func expiryOf(ms Optional[uint64]) (time.Time, error) {
	if ms.OK && ms.Value == 0 {
		return time.Time{}, invalid("expiry", "Unix milliseconds above zero are needed, or nothing for none")
	}
	return timeOf(ms), nil
}

func invalid(what, problem string) error {
	return refusal(CodeInvalidArgument, what+": "+problem)
}

// valueOf returns the value of a record that holds a kind.
func valueOf[T Value](h recordHandle) (T, error) {
	value, found := h.entry.Value.(T)
	if !found {
		needed := value.Kind().String()
		return value, refusal(CodeWrongKind, "this needs a "+needed+", the record holds a "+h.kind().String())
	}
	return value, nil
}

// editValue edits the value of a record that holds a kind.
func editValue[T Value](h recordHandle, become func(T) (T, error)) error {
	value, err := valueOf[T](h)
	if err != nil {
		return err
	}
	return h.edit(func() error {
		after, err := become(value)
		if err == nil {
			h.entry.Value = after
		}
		return err
	})
}

// page returns up to limit elements from number start on.
func page[T any](elements []T, start, limit uint32) []T {
	from := min(int(start), len(elements))
	return elements[from:min(from+int(limit), len(elements))]
}
