// Whole values in memory, and as arguments of a function.

package remold

import "github.com/remold/remold/sdk/go/internal/abi"

// memoryValue is a value in memory: a word for the case, and what is behind it. What a and b, and the halves of c and d, mean
// depends on the case.
type memoryValue struct {
	kind, _ uint32
	a, b    uint32
	c, d    uint64
}

// flatValue is a value as arguments: the numbers of the cases side by side, each as wide as the widest.
type flatValue struct {
	kind, a, b uint32
	c, d       uint64
	e, f       uint32
}

type memoryHashField struct {
	name, value abi.Bytes
	expiresAt   abi.Option[uint64]
}

type memoryScored struct {
	member abi.Bytes
	score  float64
}

type memoryStreamField struct{ name, value abi.Bytes }

type memoryStreamEntry struct {
	id     StreamID
	fields abi.Bytes
}

func (v *memoryValue) list() abi.Bytes { return abi.BytesAt(v.a, v.b) }

// liftValue copies a value out of memory.
func liftValue(v *memoryValue) Value {
	switch Kind(uint8(v.kind)) {
	case KindText:
		return TextValue(v.list().Copy())
	case KindList:
		return ListValue(lifted(v.list(), bytesOf))
	case KindSet:
		return SetValue(lifted(v.list(), bytesOf))
	case KindSortedSet:
		return SortedSetValue(lifted(v.list(), liftScored))
	case KindHash:
		return HashValue(lifted(v.list(), liftHashField))
	case KindStream:
		entries := lifted(v.list(), liftStreamEntry)
		return StreamValue{Entries: entries, LastID: StreamID{Ms: v.c, Seq: v.d}}
	default:
		opaque := OpaqueValue{TypeID: uint8(v.a), Bytes: halves(v.d).Copy()}
		if uint8(v.b) != 0 {
			opaque.Module = halves(v.c).Text()
		}
		return opaque
	}
}

// lowerValue puts a value into memory. What it consists of is kept until abi.Release.
func lowerValue(value Value) (memoryValue, error) {
	if value == nil {
		return memoryValue{}, refusal(CodeInvalidArgument, "the value is nil")
	}
	abi.Keep(value)
	lowered := memoryValue{kind: uint32(value.Kind())}
	var list abi.Bytes
	switch value := value.(type) {
	case TextValue:
		list = abi.LendBytes(value)
	case ListValue:
		list = lowerMany(value, abi.LendBytes)
	case SetValue:
		list = lowerMany(value, abi.LendBytes)
	case SortedSetValue:
		list = lowerMany(value, func(scored Scored) memoryScored {
			return memoryScored{abi.LendBytes(scored.Member), scored.Score}
		})
	case HashValue:
		list = lowerMany(value, func(field HashField) memoryHashField {
			at := millisOf(field.ExpiresAt)
			return memoryHashField{
				abi.LendBytes(field.Name), abi.LendBytes(field.Value), abi.Option[uint64]{Some: at.OK, Value: at.Value},
			}
		})
	case StreamValue:
		list = lowerMany(value.Entries, func(entry StreamEntry) memoryStreamEntry {
			return memoryStreamEntry{entry.ID, lowerStreamFields(entry.Fields)}
		})
		lowered.c, lowered.d = value.LastID.Ms, value.LastID.Seq
	case OpaqueValue:
		if err := needText(value.Module, "the module"); err != nil {
			return memoryValue{}, err
		}
		lowered.a = uint32(value.TypeID)
		if value.Module != "" {
			lowered.b, lowered.c = 1, abi.Lend(value.Module).Word()
		}
		lowered.d = abi.LendBytes(value.Bytes).Word()
		return lowered, nil
	}
	lowered.a, lowered.b = list.Address(), list.Size()
	return lowered, nil
}

// flatten makes arguments of a value. What it consists of is kept until abi.Release.
func flatten(value Value) (flatValue, error) {
	v, err := lowerValue(value)
	flat := flatValue{kind: v.kind, a: v.a, b: v.b, c: v.c, d: v.d}
	if Kind(v.kind) == KindOpaque {
		module, bytes := halves(v.c), halves(v.d)
		flat.c, flat.d = uint64(module.Address()), uint64(module.Size())
		flat.e, flat.f = bytes.Address(), bytes.Size()
	}
	return flat, err
}

func halves(word uint64) abi.Bytes { return abi.BytesAt(uint32(word), uint32(word>>32)) }

func lowerMany[T, M any](elements []T, lower func(T) M) abi.Bytes {
	lowered := make([]M, len(elements))
	for i, element := range elements {
		lowered[i] = lower(element)
	}
	return abi.LendList(lowered)
}

func lowerStreamFields(fields []StreamField) abi.Bytes {
	return lowerMany(fields, func(field StreamField) memoryStreamField {
		return memoryStreamField{abi.LendBytes(field.Name), abi.LendBytes(field.Value)}
	})
}

func liftScored(scored *memoryScored) Scored {
	return Scored{Member: scored.member.Copy(), Score: scored.score}
}

func liftHashField(field *memoryHashField) HashField {
	return HashField{
		Name:      field.name.Copy(),
		Value:     field.value.Copy(),
		ExpiresAt: timeOf(optional(&field.expiresAt)),
	}
}

func liftStreamField(field *memoryStreamField) StreamField {
	return StreamField{Name: field.name.Copy(), Value: field.value.Copy()}
}

func liftStreamEntry(entry *memoryStreamEntry) StreamEntry {
	return StreamEntry{ID: entry.id, Fields: lifted(entry.fields, liftStreamField)}
}
