// From what the host has written to Go: the area for results, byte lists, lists.

package abi

import "unsafe"

// area takes a result that does not fit a single number. The largest one is a value, of 32 bytes.
var area [4]uint64

// Area begins a call: it gives the scratch memory free and returns where the host is to write the result.
func Area() unsafe.Pointer {
	begin()
	return unsafe.Pointer(&area)
}

// At returns what the host has written into the area at an offset, bytes.
func At[T any](offset uintptr) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(&area), offset))
}

// Bytes is a byte list or a text in memory.
type Bytes struct {
	address, size uint32
}

// pointer turns an address into a pointer. It points to static memory, or into one of the blocks.
func pointer(address uint32) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(nil), address)
}

// Text returns the bytes as a string, which is the caller's.
func (b Bytes) Text() string {
	bytes := b.Copy()
	return unsafe.String(unsafe.SliceData(bytes), len(bytes))
}

// Copy returns the bytes as a slice that is not nil, which is the caller's.
func (b Bytes) Copy() []byte {
	if b.size == 0 {
		return []byte{}
	}
	start := b.address - address(unsafe.Pointer(&scratch))
	if start >= scratchSize {
		return View[byte](b)
	}
	if returned == nil {
		returned = make([]byte, used)
		copy(returned, unsafe.Slice((*byte)(unsafe.Pointer(&scratch)), used))
	}
	return returned[start : start+b.size : start+b.size]
}

// View returns the elements of a list as they are in memory. It is valid until the next call.
func View[T any](list Bytes) []T {
	if list.size == 0 {
		return nil
	}
	return unsafe.Slice((*T)(pointer(list.address)), list.size)
}

// Option is an optional element of a list, or an optional result.
type Option[T any] struct {
	Some  bool
	Value T
}
