// The interfaces texts and json of the contract, as they are imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/texts@0.1.0 get
//go:noescape
func textsGet(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/texts@0.1.0 set
//go:noescape
func textsSet(i uint32, value string, result unsafe.Pointer)

//go:wasmimport remold:transform/json@0.1.0 get
//go:noescape
func jsonGet(i uint32, pointer string, result unsafe.Pointer)

//go:wasmimport remold:transform/json@0.1.0 set
//go:noescape
func jsonSet(i uint32, pointer, value string, result unsafe.Pointer)

//go:wasmimport remold:transform/json@0.1.0 remove
//go:noescape
func jsonRemove(i uint32, pointer string, result unsafe.Pointer)

func (h recordHandle) textGet() (string, error) {
	textsGet(uint32(h), abi.Area())
	return bytesResult()
}

func (h recordHandle) textSet(value string) error {
	textsSet(uint32(h), value, abi.Area())
	return unitResult()
}

func (h recordHandle) jsonGet(pointer string) (raw string, found bool, err error) {
	jsonGet(uint32(h), pointer, abi.Area())
	return optionalBytesResult()
}

func (h recordHandle) jsonSet(pointer, raw string) error {
	jsonSet(uint32(h), pointer, raw, abi.Area())
	return unitResult()
}

func (h recordHandle) jsonRemove(pointer string) error {
	jsonRemove(uint32(h), pointer, abi.Area())
	return unitResult()
}
