// The interface lists of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/lists@0.1.0 len
//go:noescape
func listsLen(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 get
//go:noescape
func listsGet(i uint32, index int64, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 set
//go:noescape
func listsSet(i uint32, index int64, item string, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 push
//go:noescape
func listsPush(i uint32, item string, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 push-front
//go:noescape
func listsPushFront(i uint32, item string, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 insert
//go:noescape
func listsInsert(i uint32, index int64, item string, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 remove
//go:noescape
func listsRemove(i uint32, index int64, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 clear
//go:noescape
func listsClear(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/lists@0.1.0 items
//go:noescape
func listsItems(i, start, limit uint32, result unsafe.Pointer)

func (h recordHandle) listLen() (int, error) {
	listsLen(uint32(h), abi.Area())
	return lenResult()
}

func (h recordHandle) listGet(index int64) (string, error) {
	listsGet(uint32(h), index, abi.Area())
	return bytesResult()
}

func (h recordHandle) listSet(index int64, item string) error {
	listsSet(uint32(h), index, item, abi.Area())
	return unitResult()
}

func (h recordHandle) listPush(item string) error {
	listsPush(uint32(h), item, abi.Area())
	return unitResult()
}

func (h recordHandle) listPushFront(item string) error {
	listsPushFront(uint32(h), item, abi.Area())
	return unitResult()
}

func (h recordHandle) listInsert(index int64, item string) error {
	listsInsert(uint32(h), index, item, abi.Area())
	return unitResult()
}

func (h recordHandle) listRemove(index int64) error {
	listsRemove(uint32(h), index, abi.Area())
	return unitResult()
}

func (h recordHandle) listClear() error {
	listsClear(uint32(h), abi.Area())
	return unitResult()
}

func (h recordHandle) listItems(start, limit uint32) ([][]byte, error) {
	listsItems(uint32(h), start, limit, abi.Area())
	return listResult(bytesOf)
}
