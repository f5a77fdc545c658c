// The interface sets of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/sets@0.1.0 len
//go:noescape
func setsLen(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 contains
//go:noescape
func setsContains(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 add
//go:noescape
func setsAdd(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 remove
//go:noescape
func setsRemove(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 rename
//go:noescape
func setsRename(i uint32, from, to string, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 clear
//go:noescape
func setsClear(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/sets@0.1.0 members
//go:noescape
func setsMembers(i, start, limit uint32, result unsafe.Pointer)

func (h recordHandle) setLen() (int, error) {
	setsLen(uint32(h), abi.Area())
	return lenResult()
}

func (h recordHandle) setContains(member string) (bool, error) {
	setsContains(uint32(h), member, abi.Area())
	return boolResult()
}

func (h recordHandle) setAdd(member string) error {
	setsAdd(uint32(h), member, abi.Area())
	return unitResult()
}

func (h recordHandle) setRemove(member string) error {
	setsRemove(uint32(h), member, abi.Area())
	return unitResult()
}

func (h recordHandle) setRename(from, to string) error {
	setsRename(uint32(h), from, to, abi.Area())
	return unitResult()
}

func (h recordHandle) setClear() error {
	setsClear(uint32(h), abi.Area())
	return unitResult()
}

func (h recordHandle) setMembers(start, limit uint32) ([][]byte, error) {
	setsMembers(uint32(h), start, limit, abi.Area())
	return listResult(bytesOf)
}
