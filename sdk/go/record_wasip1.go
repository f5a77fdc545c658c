// The interface records of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/records@0.1.0 key
//go:noescape
func recordsKey(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 kind
func recordsKind(i uint32) uint32

//go:wasmimport remold:transform/records@0.1.0 size
func recordsSize(i uint32) uint64

//go:wasmimport remold:transform/records@0.1.0 seed
func recordsSeed(i uint32) uint64

//go:wasmimport remold:transform/records@0.1.0 expires-at
//go:noescape
func recordsExpiresAt(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 set-expires-at
//go:noescape
func recordsSetExpiresAt(i uint32, some bool, at uint64, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 ttl
//go:noescape
func recordsTTL(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 set-ttl
//go:noescape
func recordsSetTTL(i uint32, some bool, ms uint64, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 get-value
//go:noescape
func recordsGetValue(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 set-value
//go:noescape
func recordsSetValue(i, kind, a, b uint32, c, d uint64, e, f uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 rename
//go:noescape
func recordsRename(i uint32, key string, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 delete
//go:noescape
func recordsDelete(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 emit
//go:noescape
func recordsEmit(
	i uint32, key string, kind, a, b uint32, c, d uint64, e, f uint32, some bool, at uint64, result unsafe.Pointer,
)

//go:wasmimport remold:transform/records@0.1.0 remove
//go:noescape
func recordsRemove(i uint32, key string, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 ask
//go:noescape
func recordsAsk(i uint32, key string, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 lookup
//go:noescape
func recordsLookup(i uint32, key string, result unsafe.Pointer)

//go:wasmimport remold:transform/records@0.1.0 skip
//go:noescape
func recordsSkip(i uint32, reason string)

//go:wasmimport remold:transform/records@0.1.0 reject
//go:noescape
func recordsReject(i uint32, code, message string)

//go:wasmimport remold:transform/records@0.1.0 fail
//go:noescape
func recordsFail(
	i uint32, hasCode bool, code uint32, message string, hasPlace bool, file string, line, column uint32,
)

// recordHandle is the number of a record in the host.
type recordHandle uint32

func (h recordHandle) key() string {
	recordsKey(uint32(h), abi.Area())
	return abi.At[abi.Bytes](0).Text()
}

func (h recordHandle) kind() Kind { return Kind(recordsKind(uint32(h))) }

func (h recordHandle) size() uint64 { return recordsSize(uint32(h)) }

func (h recordHandle) seed() uint64 { return recordsSeed(uint32(h)) }

func (h recordHandle) expiresAt() Optional[uint64] {
	recordsExpiresAt(uint32(h), abi.Area())
	return optional(abi.At[abi.Option[uint64]](0))
}

func (h recordHandle) setExpiresAt(at Optional[uint64]) error {
	recordsSetExpiresAt(uint32(h), at.OK, at.Value, abi.Area())
	return unitResult()
}

func (h recordHandle) ttl() Optional[uint64] {
	recordsTTL(uint32(h), abi.Area())
	return optional(abi.At[abi.Option[uint64]](0))
}

func (h recordHandle) setTTL(ms Optional[uint64]) error {
	recordsSetTTL(uint32(h), ms.OK, ms.Value, abi.Area())
	return unitResult()
}

func (h recordHandle) value() Value {
	recordsGetValue(uint32(h), abi.Area())
	return liftValue(abi.At[memoryValue](0))
}

func (h recordHandle) setValue(value Value) error {
	defer abi.Release()
	v, err := flatten(value)
	if err != nil {
		return err
	}
	recordsSetValue(uint32(h), v.kind, v.a, v.b, v.c, v.d, v.e, v.f, abi.Area())
	return unitResult()
}

func (h recordHandle) rename(key string) error {
	recordsRename(uint32(h), key, abi.Area())
	return unitResult()
}

func (h recordHandle) delete() error {
	recordsDelete(uint32(h), abi.Area())
	return unitResult()
}

func (h recordHandle) emit(entry Entry) error {
	defer abi.Release()
	v, err := flatten(entry.Value)
	if err != nil {
		return err
	}
	at := millisOf(entry.ExpiresAt)
	recordsEmit(
		uint32(h), entry.Key, v.kind, v.a, v.b, v.c, v.d, v.e, v.f, at.OK, at.Value, abi.Area(),
	)
	return unitResult()
}

func (h recordHandle) remove(key string) error {
	recordsRemove(uint32(h), key, abi.Area())
	return unitResult()
}

func (h recordHandle) ask(key string) error {
	recordsAsk(uint32(h), key, abi.Area())
	return unitResult()
}

func (h recordHandle) lookup(key string) (recordHandle, bool, error) {
	recordsLookup(uint32(h), key, abi.Area())
	if err := refused(payload); err != nil {
		return 0, false, err
	}
	found := optional(abi.At[abi.Option[uint32]](payload))
	return recordHandle(found.Value), found.OK, nil
}

func (h recordHandle) skip(reason string) { recordsSkip(uint32(h), reason) }

func (h recordHandle) reject(code, message string) { recordsReject(uint32(h), code, message) }

func (h recordHandle) fail(f Failure) {
	file, line := f.Place.Value.File, uint32(f.Place.Value.Line)
	recordsFail(uint32(h), f.Code.OK, uint32(f.Code.Value), f.Message, f.Place.OK, file, line, 0)
}
