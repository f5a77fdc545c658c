// The interfaces keyspace and backup of the contract, as they are imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/keyspace@0.1.0 scan
//go:noescape
func keyspaceScan(pattern string, hasKind bool, kind uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/keyspace@0.1.0 get
//go:noescape
func keyspaceGet(keys, size uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/keyspace@0.1.0 apply
//go:noescape
func keyspaceApply(records, size uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/keyspace@0.1.0 release
func keyspaceRelease(records, size uint32)

//go:wasmimport remold:transform/keyspace@0.1.0 progress
func keyspaceProgress(done uint64, hasTotal bool, total uint64)

//go:wasmimport remold:transform/keyspace@0.1.0 checkpoint
//go:noescape
func keyspaceCheckpoint(state string, result unsafe.Pointer)

//go:wasmimport remold:transform/keyspace@0.1.0 resumed-from
//go:noescape
func keyspaceResumedFrom(result unsafe.Pointer)

//go:wasmimport remold:transform/keyspace@0.1.0 skip
//go:noescape
func keyspaceSkip(reason string)

//go:wasmimport remold:transform/keyspace@0.1.0 reject
//go:noescape
func keyspaceReject(code, message string)

//go:wasmimport remold:transform/keyspace@0.1.0 fail
//go:noescape
func keyspaceFail(
	hasCode bool, code uint32, message string, hasPlace bool, file string, line, column uint32,
)

//go:wasmimport remold:transform/backup@0.1.0 create
//go:noescape
func backupCreate(name string, result unsafe.Pointer)

type programHandle struct{}

func openProgram() *Program {
	abi.EnterProgram()
	read = nil
	return &Program{}
}

func (programHandle) scan(pattern string, kind Optional[Kind]) ([]string, error) {
	keyspaceScan(pattern, kind.OK, uint32(kind.Value), abi.Area())
	return listResult(textOf)
}

func (programHandle) get(keys []string) ([]Optional[recordHandle], error) {
	defer abi.Release()
	abi.Keep(keys)
	list := lowerMany(keys, abi.Lend)
	keyspaceGet(list.Address(), list.Size(), abi.Area())
	return listResult(optional[recordHandle])
}

func (programHandle) apply(records []recordHandle) ([]Applied, error) {
	defer abi.Release()
	list := abi.LendList(records)
	keyspaceApply(list.Address(), list.Size(), abi.Area())
	return listResult(func(applied *uint8) Applied { return Applied(*applied) })
}

func (programHandle) release(records []recordHandle) {
	defer abi.Release()
	list := abi.LendList(records)
	keyspaceRelease(list.Address(), list.Size())
}

func (programHandle) progress(done uint64, total Optional[uint64]) {
	keyspaceProgress(done, total.OK, total.Value)
}

func (programHandle) checkpoint(state []byte) error {
	keyspaceCheckpoint(string(state), abi.Area())
	return unitResult()
}

func (programHandle) resumedFrom() Optional[[]byte] {
	keyspaceResumedFrom(abi.Area())
	return optionalBytes(abi.At[abi.Option[abi.Bytes]](0))
}

func (programHandle) skip(reason string) { keyspaceSkip(reason) }

func (programHandle) reject(code, message string) { keyspaceReject(code, message) }

func (programHandle) fail(f Failure) {
	file, line := f.Place.Value.File, uint32(f.Place.Value.Line)
	keyspaceFail(f.Code.OK, uint32(f.Code.Value), f.Message, f.Place.OK, file, line, 0)
}

func (programHandle) backup(name string) (string, error) {
	backupCreate(name, abi.Area())
	return bytesResult()
}
