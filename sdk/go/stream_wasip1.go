// The interface streams of the contract, as it is imported.

package remold

import (
	"unsafe"

	"github.com/remold/remold/sdk/go/internal/abi"
)

//go:wasmimport remold:transform/streams@0.1.0 len
//go:noescape
func streamsLen(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 last-id
//go:noescape
func streamsLastID(i uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 ids
//go:noescape
func streamsIDs(i, start, limit uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 entries
//go:noescape
func streamsEntries(i, start, limit uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 get
//go:noescape
func streamsGet(i uint32, ms, seq uint64, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 field
//go:noescape
func streamsField(i uint32, ms, seq uint64, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 set
//go:noescape
func streamsSet(i uint32, ms, seq uint64, fields, size uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 set-field
//go:noescape
func streamsSetField(i uint32, ms, seq uint64, name, value string, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 rename-field
//go:noescape
func streamsRenameField(i uint32, ms, seq uint64, from, to string, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 remove-field
//go:noescape
func streamsRemoveField(i uint32, ms, seq uint64, name string, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 add
//go:noescape
func streamsAdd(i uint32, ms, seq uint64, fields, size uint32, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 remove
//go:noescape
func streamsRemove(i uint32, ms, seq uint64, result unsafe.Pointer)

//go:wasmimport remold:transform/streams@0.1.0 groups
//go:noescape
func streamsGroups(i uint32, result unsafe.Pointer)

func (h recordHandle) streamLen() (int, error) {
	streamsLen(uint32(h), abi.Area())
	return lenResult()
}

func (h recordHandle) streamLastID() (StreamID, error) {
	streamsLastID(uint32(h), abi.Area())
	if err := refused(payload8); err != nil {
		return StreamID{}, err
	}
	return *abi.At[StreamID](payload8), nil
}

func (h recordHandle) streamIDs(start, limit uint32) ([]StreamID, error) {
	streamsIDs(uint32(h), start, limit, abi.Area())
	return listResult(liftStreamID)
}

func (h recordHandle) streamEntries(start, limit uint32) ([]StreamEntry, error) {
	streamsEntries(uint32(h), start, limit, abi.Area())
	return listResult(liftStreamEntry)
}

func (h recordHandle) streamGet(id StreamID) (fields []StreamField, found bool, err error) {
	streamsGet(uint32(h), id.Ms, id.Seq, abi.Area())
	if err := refused(payload); err != nil {
		return nil, false, err
	}
	option := abi.At[abi.Option[abi.Bytes]](payload)
	if !option.Some {
		return nil, false, nil
	}
	return lifted(option.Value, liftStreamField), true, nil
}

func (h recordHandle) streamField(id StreamID, name string) (value string, found bool, err error) {
	streamsField(uint32(h), id.Ms, id.Seq, name, abi.Area())
	return optionalBytesResult()
}

func (h recordHandle) streamSet(id StreamID, fields []StreamField) error {
	defer abi.Release()
	abi.Keep(fields)
	list := lowerStreamFields(fields)
	streamsSet(uint32(h), id.Ms, id.Seq, list.Address(), list.Size(), abi.Area())
	return unitResult()
}

func (h recordHandle) streamSetField(id StreamID, name, value string) error {
	streamsSetField(uint32(h), id.Ms, id.Seq, name, value, abi.Area())
	return unitResult()
}

func (h recordHandle) streamRenameField(id StreamID, from, to string) error {
	streamsRenameField(uint32(h), id.Ms, id.Seq, from, to, abi.Area())
	return unitResult()
}

func (h recordHandle) streamRemoveField(id StreamID, name string) error {
	streamsRemoveField(uint32(h), id.Ms, id.Seq, name, abi.Area())
	return unitResult()
}

func (h recordHandle) streamAdd(id StreamID, fields []StreamField) error {
	defer abi.Release()
	abi.Keep(fields)
	list := lowerStreamFields(fields)
	streamsAdd(uint32(h), id.Ms, id.Seq, list.Address(), list.Size(), abi.Area())
	return unitResult()
}

func (h recordHandle) streamRemove(id StreamID) error {
	streamsRemove(uint32(h), id.Ms, id.Seq, abi.Area())
	return unitResult()
}

func (h recordHandle) streamGroups() ([]StreamGroup, error) {
	streamsGroups(uint32(h), abi.Area())
	return listResult(liftStreamGroup)
}

type memoryStreamGroup struct {
	name               abi.Bytes
	lastID             StreamID
	pending, consumers uint64
}

func liftStreamID(id *StreamID) StreamID { return *id }

func liftStreamGroup(group *memoryStreamGroup) StreamGroup {
	return StreamGroup{
		Name:      group.name.Copy(),
		LastID:    group.lastID,
		Pending:   group.pending,
		Consumers: group.consumers,
	}
}
