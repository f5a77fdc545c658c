// When garbage is collected.
//
// Left to itself, Go's collector starts at any allocation. That may be one inside cabi_realloc, where its look at the clock is
// not allowed; and it takes millions of instructions, for which the fuel of a small batch does not suffice: a record would fail
// for the garbage of others. So it is turned off, and called between host calls, once there is enough garbage, in a call that has
// the fuel for it; with much more garbage in any call.

package abi

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much the heap may hold. A transform has 64 MiB by default, of which the scratch memory and the program take 6.
const (
	firstGoal = 12 << 20
	// headroom is what may be allocated between two collections at least.
	headroom = 8 << 20
	// patience is what may be allocated beyond the goal while no call has the fuel for a collection.
	patience = 16 << 20
)

// The heap is looked at after so many host calls or bytes that they returned, and when the memory has grown, for a look costs
// as much as some dozen calls.
const (
	callsToLook = 1024
	bytesToLook = 256 << 10
	pagesToLook = 16 << 20 / (64 << 10)
)

// Fuel by the defaults of the host, and what a collection takes of it.
const (
	fuelPerRecord = 100_000
	fuelPerByte   = 100
	price         = 5_000_000
)

var (
	heap = []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	goal = uint64(firstGoal)
	// calls and bytes are what came since the last look.
	calls, bytes uint32
	// seen is the size of the memory that is no reason to look.
	seen int32 = pagesToLook
	// fuel is what the host gave for the call so far, as far as it is known.
	fuel uint64
)

func init() {
	debug.SetGCPercent(-1)
	heapSize() // The first time takes half a million instructions.
}

// EnterBatch begins a call for so many records.
func EnterBatch(records uint32) {
	fuel = fuelPerRecord * (1 + uint64(records))
}

// EnterProgram begins a call of a program, whose fuel grows with all that it reads.
func EnterProgram() {
	fuel = math.MaxUint64
}

// Leave ends a call: its garbage is best paid for by itself.
func Leave() {
	begin()
}

// earn notes that the host has returned bytes, for which it gives fuel.
func earn(returned uint32) {
	bytes += returned
	if fuel < price {
		fuel += fuelPerByte * uint64(returned)
	}
}

// pages returns the size of the linear memory, in pages of 64 KiB.
func pages() int32

func isTimeToLook() bool {
	calls++
	return calls >= callsToLook || bytes >= bytesToLook || pages() > seen
}

// look collects garbage if there is enough of it, and somebody has paid for it or it cannot wait.
func look() {
	calls, bytes = 0, 0
	if size := heapSize(); size > goal && (fuel >= price || size > goal+patience) {
		collect()
	}
	seen = max(pages(), pagesToLook)
}

func collect() {
	// A collection that finds the collector turned off would make the allocator give memory back, clock in hand, whenever the
	// heap grows. Under so large a percentage it has no reason to, and turning it off afterwards keeps it so.
	debug.SetGCPercent(1000)
	runtime.GC()
	debug.SetGCPercent(-1)
	live := heapSize()
	goal = max(firstGoal, live+live/2, live+headroom)
	if fuel < math.MaxUint64 {
		fuel = 0
	}
}

// heapSize returns the bytes of all objects, garbage included.
func heapSize() uint64 {
	metrics.Read(heap)
	return heap[0].Value.Uint64()
}
