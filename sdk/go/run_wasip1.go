// The interface context of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/context@0.1.0 parameters
//go:noescape
func contextParameters(result unsafe.Pointer)

//go:wasmimport remold:transform/context@0.1.0 now-ms
func contextNowMs() uint64

//go:wasmimport remold:transform/context@0.1.0 seed
func contextSeed() uint64

//go:wasmimport remold:transform/context@0.1.0 log
//go:noescape
func contextLog(level uint32, message string)

//go:wasmimport remold:transform/context@0.1.0 panic
//go:noescape
func contextPanic(message string, hasPlace bool, file string, line, column uint32)

type runHandle struct{}

// read are the parameters, once they were read in this call of the host.
var read Parameters

func (runHandle) parameters() Parameters {
	if read == nil {
		contextParameters(abi.Area())
		data, _ := ParseJSON(abi.At[abi.Bytes](0).Text()) // the host gives an object
		read, _ = data.(map[string]any)
	}
	return read
}

func (runHandle) now() uint64 { return contextNowMs() }

func (runHandle) seed() uint64 { return contextSeed() }

func (runHandle) log(level Level, message string) { contextLog(uint32(level), message) }

func (runHandle) panic(message string, place Optional[Place]) {
	contextPanic(message, place.OK, place.Value.File, uint32(place.Value.Line), 0)
}
