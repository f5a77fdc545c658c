// Scratch memory: where the host puts what its functions return.
//
// The host asks for memory through cabi_realloc while the guest waits inside a call. Requests are cut from one static piece:
// that costs a few instructions, moves no stack and allocates nothing. What the host has returned is copied out of it as a
// whole, and all results of the call are parts of that copy. Only what does not fit gets a block of its own from Go's heap, and
// becomes the result as it is.

package abi

import "unsafe"

const scratchSize = 4 << 20

var (
	scratch [scratchSize / 8]uint64
	used    uint32
	// blocks keeps what was given out from the heap alive, for the host knows it by number only.
	blocks [][]uint64
	// returned is the copy of what the host has returned in this call.
	returned []byte
)

// realloc gives the host memory for results.
//
//go:wasmexport cabi_realloc
//go:nosplit
func realloc(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	start := (used + align - 1) &^ (align - 1)
	var memory unsafe.Pointer
	if size <= scratchSize-start {
		used = start + size
		memory = unsafe.Add(unsafe.Pointer(&scratch), start)
	} else {
		memory = block(size)
	}
	if old != nil {
		copy(unsafe.Slice((*byte)(memory), size), unsafe.Slice((*byte)(old), oldSize))
	}
	return memory
}

func block(size uint32) unsafe.Pointer {
	words := make([]uint64, size/8+1)
	blocks = append(blocks, words)
	return unsafe.Pointer(&words[0])
}

// begin makes the scratch memory free for the next call, and collects garbage if it is time.
func begin() {
	if used > 0 || blocks != nil {
		earn(used)
		for _, block := range blocks {
			earn(uint32(len(block)) * 8)
		}
		used, blocks, returned = 0, nil, nil
	}
	if isTimeToLook() {
		look()
	}
}
