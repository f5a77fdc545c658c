// How the exported functions call the user's code.

package remold

// Each calls a transform for each record of the batch. An error of one record, or a panic, concerns that record alone. An
// exported migrate, revert or lookups consists of it:
//
//	//go:wasmexport migrate
//	func migrate(count uint32) { remold.Each(count, Migrate) }
func Each(count uint32, transform func(rec *Record) error) {
	openBatch(count).each(transform)
}

// Columns calls a transform once for the whole batch, which is the fast way. An error concerns every record of the batch; for
// one record there are [Batch.Skip], [Batch.Reject] and [Batch.Fail]. A panic ends the call: the host tells what it says,
// and calls the transform again for fewer records, to find the one that it is about.
func Columns(count uint32, transform func(batch *Batch) error) {
	defer tellPanic()
	batch := openBatch(count)
	if err := transform(batch); err != nil {
		for _, rec := range batch.Records() {
			settle(rec.h, err)
		}
	}
	batch.h.close()
}

// RunProgram calls a program. It is done if it returns nil. An exported run consists of it:
//
//	//go:wasmexport run
//	func run() { remold.RunProgram(Number) }
func RunProgram(program func(p *Program) error) {
	p := openProgram()
	settle(p.h, protect(func() error { return program(p) }))
}

// each calls a transform for every record, and goes on behind one that panics.
func (b *Batch) each(transform func(rec *Record) error) {
	for next := 0; next < b.count; {
		next = b.eachFrom(next, transform)
	}
	b.h.close()
}

// eachFrom calls a transform for the records from one on, to the end or to a panic, and returns the record that is next.
func (b *Batch) eachFrom(start int, transform func(rec *Record) error) (next int) {
	defer func() {
		if value := recover(); value != nil {
			settle(b.h.record(next), panicOf(value))
			next++
		}
	}()
	records := make([]Record, b.count)
	for next = start; next < b.count; next++ {
		rec := &records[next]
		rec.Run, rec.h = b.Run, b.h.record(next)
		if err := transform(rec); err != nil {
			settle(rec.h, err)
		}
	}
	return next
}
