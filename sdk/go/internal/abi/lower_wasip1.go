// From Go to what the host reads during a call.
//
// The host knows addresses only, which neither keep anything alive nor follow a stack that moves. So whatever is lent by
// its address is kept in a variable of the package: that makes it live on the heap, where nothing moves, until Release.

package abi

import "unsafe"

var lent []any

// Keep keeps a value, and all that it points to, where it is until Release.
func Keep(value any) {
	lent = append(lent, value)
}

// Release lets go of everything that was kept.
func Release() {
	clear(lent)
	lent = lent[:0]
}

// Lend returns the bytes of a text by their address. What holds the text has to be kept.
func Lend(text string) Bytes {
	return Bytes{address(unsafe.Pointer(unsafe.StringData(text))), uint32(len(text))}
}

// LendBytes returns bytes by their address. What holds them has to be kept.
func LendBytes(bytes []byte) Bytes {
	return Bytes{address(unsafe.Pointer(unsafe.SliceData(bytes))), uint32(len(bytes))}
}

// LendList keeps a list of lowered elements and returns it by its address.
func LendList[T any](elements []T) Bytes {
	Keep(elements)
	return Bytes{address(unsafe.Pointer(unsafe.SliceData(elements))), uint32(len(elements))}
}

// BytesAt returns bytes, or a list, by address and size.
func BytesAt(address, size uint32) Bytes { return Bytes{address, size} }

// Word returns address and size as they lie in memory.
func (b Bytes) Word() uint64 { return uint64(b.address) | uint64(b.size)<<32 }

// Address returns where the bytes begin.
func (b Bytes) Address() uint32 { return b.address }

// Size returns how many bytes, or elements of a list, there are.
func (b Bytes) Size() uint32 { return b.size }

func address(pointer unsafe.Pointer) uint32 {
	return uint32(uintptr(pointer))
}
