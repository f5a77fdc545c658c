// The interface columns of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/columns@0.1.0 keys
//go:noescape
func columnsKeys(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 keys-text
//go:noescape
func columnsKeysText(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 kinds
//go:noescape
func columnsKinds(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 expiries
//go:noescape
func columnsExpiries(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 set-expiries
func columnsSetExpiries(at, size uint32)

//go:wasmimport remold:transform/columns@0.1.0 texts
//go:noescape
func columnsTexts(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 texts-text
//go:noescape
func columnsTextsText(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 set-texts
func columnsSetTexts(values, size uint32)

//go:wasmimport remold:transform/columns@0.1.0 fields
//go:noescape
func columnsFields(name string, result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 fields-text
//go:noescape
func columnsFieldsText(name string, result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 set-fields
//go:noescape
func columnsSetFields(name string, values, size uint32)

//go:wasmimport remold:transform/columns@0.1.0 rename-fields
//go:noescape
func columnsRenameFields(from, to string)

//go:wasmimport remold:transform/columns@0.1.0 remove-fields
//go:noescape
func columnsRemoveFields(name string)

//go:wasmimport remold:transform/columns@0.1.0 values
//go:noescape
func columnsValues(result unsafe.Pointer)

//go:wasmimport remold:transform/columns@0.1.0 set-values
func columnsSetValues(values, size uint32)

//go:wasmimport remold:transform/columns@0.1.0 rename
func columnsRename(keys, size uint32)

//go:wasmimport remold:transform/columns@0.1.0 delete
func columnsDelete(which, size uint32)

type batchHandle struct{}

func openBatch(count uint32) *Batch {
	abi.EnterBatch(count)
	read = nil
	return &Batch{count: int(count)}
}

func (batchHandle) close() { abi.Leave() }

func (batchHandle) record(i int) recordHandle { return recordHandle(i) }

func (batchHandle) keys() [][]byte {
	columnsKeys(abi.Area())
	return column(bytesOf)
}

func (batchHandle) keysText() []Optional[string] {
	columnsKeysText(abi.Area())
	return column(optionalText)
}

func (batchHandle) kinds() []Kind {
	columnsKinds(abi.Area())
	return column(func(kind *uint8) Kind { return Kind(*kind) })
}

func (batchHandle) expiries() []Optional[uint64] {
	columnsExpiries(abi.Area())
	return column(optional[uint64])
}

func (batchHandle) setExpiries(at []Optional[uint64]) {
	defer abi.Release()
	list := lowerMany(at, func(at Optional[uint64]) abi.Option[uint64] {
		return abi.Option[uint64]{Some: at.OK, Value: at.Value}
	})
	columnsSetExpiries(list.Address(), list.Size())
}

func (batchHandle) texts() []Optional[[]byte] {
	columnsTexts(abi.Area())
	return column(optionalBytes)
}

func (batchHandle) textsText() []Optional[string] {
	columnsTextsText(abi.Area())
	return column(optionalText)
}

func (batchHandle) setTexts(values []Optional[string]) {
	defer abi.Release()
	list := lowerColumn(values)
	columnsSetTexts(list.Address(), list.Size())
}

func (batchHandle) fields(name string) []Optional[[]byte] {
	columnsFields(name, abi.Area())
	return column(optionalBytes)
}

func (batchHandle) fieldsText(name string) []Optional[string] {
	columnsFieldsText(name, abi.Area())
	return column(optionalText)
}

func (batchHandle) setFields(name string, values []Optional[string]) {
	defer abi.Release()
	list := lowerColumn(values)
	columnsSetFields(name, list.Address(), list.Size())
}

func (batchHandle) renameFields(from, to string) { columnsRenameFields(from, to) }

func (batchHandle) removeFields(name string) { columnsRemoveFields(name) }

func (batchHandle) values() []Value {
	columnsValues(abi.Area())
	return column(liftValue)
}

func (batchHandle) setValues(values []Value) {
	defer abi.Release()
	lowered := make([]abi.Option[memoryValue], len(values))
	for i, value := range values {
		if value == nil {
			continue
		}
		memory, err := lowerValue(value)
		if err != nil {
			panic(err)
		}
		lowered[i] = abi.Option[memoryValue]{Some: true, Value: memory}
	}
	list := abi.LendList(lowered)
	columnsSetValues(list.Address(), list.Size())
}

func (batchHandle) rename(keys []Optional[string]) {
	defer abi.Release()
	list := lowerColumn(keys)
	columnsRename(list.Address(), list.Size())
}

func (batchHandle) delete(which []bool) {
	defer abi.Release()
	list := abi.LendList(which)
	columnsDelete(list.Address(), list.Size())
}

// column reads a list that the host has returned.
func column[T, U any](become func(*T) U) []U {
	return lifted(*abi.At[abi.Bytes](0), become)
}

func lowerColumn(values []Optional[string]) abi.Bytes {
	abi.Keep(values)
	return lowerMany(values, func(value Optional[string]) abi.Option[abi.Bytes] {
		if !value.OK {
			return abi.Option[abi.Bytes]{}
		}
		return abi.Option[abi.Bytes]{Some: true, Value: abi.Lend(value.Value)}
	})
}

func optionalText(option *abi.Option[abi.Bytes]) Optional[string] {
	if !option.Some {
		return Optional[string]{}
	}
	return Some(option.Value.Text())
}

func optionalBytes(option *abi.Option[abi.Bytes]) Optional[[]byte] {
	if !option.Some {
		return Optional[[]byte]{}
	}
	return Some(option.Value.Copy())
}
