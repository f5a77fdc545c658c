// The interface sorted-sets of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/sorted-sets@0.1.0 len
//go:noescape
func sortedSetsLen(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 contains
//go:noescape
func sortedSetsContains(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 score
//go:noescape
func sortedSetsScore(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 add
//go:noescape
func sortedSetsAdd(i uint32, member string, score float64, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 remove
//go:noescape
func sortedSetsRemove(i uint32, member string, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 rename
//go:noescape
func sortedSetsRename(i uint32, from, to string, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 clear
//go:noescape
func sortedSetsClear(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/sorted-sets@0.1.0 members
//go:noescape
func sortedSetsMembers(i, start, limit uint32, result unsafe.Pointer)

func (h recordHandle) sortedSetLen() (int, error) {
	sortedSetsLen(uint32(h), abi.Area())
	return lenResult()
}

func (h recordHandle) sortedSetContains(member string) (bool, error) {
	sortedSetsContains(uint32(h), member, abi.Area())
	return boolResult()
}

func (h recordHandle) sortedSetScore(member string) (score float64, found bool, err error) {
	sortedSetsScore(uint32(h), member, abi.Area())
	option, err := optionalNumberResult[float64]()
	return option.Value, option.OK, err
}

func (h recordHandle) sortedSetAdd(member string, score float64) error {
	sortedSetsAdd(uint32(h), member, score, abi.Area())
	return unitResult()
}

func (h recordHandle) sortedSetRemove(member string) error {
	sortedSetsRemove(uint32(h), member, abi.Area())
	return unitResult()
}

func (h recordHandle) sortedSetRename(from, to string) error {
	sortedSetsRename(uint32(h), from, to, abi.Area())
	return unitResult()
}

func (h recordHandle) sortedSetClear() error {
	sortedSetsClear(uint32(h), abi.Area())
	return unitResult()
}

func (h recordHandle) sortedSetMembers(start, limit uint32) ([]Scored, error) {
	sortedSetsMembers(uint32(h), start, limit, abi.Area())
	return listResult(liftScored)
}
