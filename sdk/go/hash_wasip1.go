// The interface hashes of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/hashes@0.1.0 get
//go:noescape
func hashesGet(i uint32, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 set
//go:noescape
func hashesSet(i uint32, name, value string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 rename
//go:noescape
func hashesRename(i uint32, from, to string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 remove
//go:noescape
func hashesRemove(i uint32, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 contains
//go:noescape
func hashesContains(i uint32, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 len
//go:noescape
func hashesLen(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 clear
//go:noescape
func hashesClear(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 names
//go:noescape
func hashesNames(i, start, limit uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 fields
//go:noescape
func hashesFields(i, start, limit uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 expires-at
//go:noescape
func hashesExpiresAt(i uint32, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/hashes@0.1.0 set-expires-at
//go:noescape
func hashesSetExpiresAt(i uint32, name string, some bool, at uint64, result unsafe.Pointer)

func (h recordHandle) hashGet(name string) (value string, found bool, err error) {
	hashesGet(uint32(h), name, abi.Area())
	return optionalBytesResult()
}

func (h recordHandle) hashSet(name, value string) error {
	hashesSet(uint32(h), name, value, abi.Area())
	return unitResult()
}

func (h recordHandle) hashRename(from, to string) error {
	hashesRename(uint32(h), from, to, abi.Area())
	return unitResult()
}

func (h recordHandle) hashRemove(name string) error {
	hashesRemove(uint32(h), name, abi.Area())
	return unitResult()
}

func (h recordHandle) hashContains(name string) (bool, error) {
	hashesContains(uint32(h), name, abi.Area())
	return boolResult()
}

func (h recordHandle) hashLen() (int, error) {
	hashesLen(uint32(h), abi.Area())
	return lenResult()
}

func (h recordHandle) hashClear() error {
	hashesClear(uint32(h), abi.Area())
	return unitResult()
}

func (h recordHandle) hashNames(start, limit uint32) ([][]byte, error) {
	hashesNames(uint32(h), start, limit, abi.Area())
	return listResult(bytesOf)
}

func (h recordHandle) hashFields(start, limit uint32) ([]HashField, error) {
	hashesFields(uint32(h), start, limit, abi.Area())
	return listResult(liftHashField)
}

func (h recordHandle) hashExpiresAt(name string) (Optional[uint64], error) {
	hashesExpiresAt(uint32(h), name, abi.Area())
	return optionalNumberResult[uint64]()
}

func (h recordHandle) hashSetExpiresAt(name string, at Optional[uint64]) error {
	hashesSetExpiresAt(uint32(h), name, at.OK, at.Value, abi.Area())
	return unitResult()
}
