// Package remold is for transforms of Redis records that run in Remold's sandbox.
//
// A transform is a function that edits one record:
//
//	func Migrate(rec *remold.Record) error {
//		user := rec.Hash()
//		name, found, err := user.Get("name")
//		if err != nil {
//			return err
//		}
//		if !found {
//			return remold.Reject("no-name", "there is nothing to split")
//		}
//		first, last, _ := strings.Cut(name, " ")
//		return errors.Join(
//			user.Set("first", first),
//			user.Set("last", last),
//			user.Remove("name"),
//		)
//	}
//
// Package main exports it to the host, for which one line is enough:
//
//	//go:wasmexport migrate
//	func migrate(count uint32) { remold.Each(count, Migrate) }
//
//	func main() {}
//
// In the same way it can export revert, the way back, and lookups, which says what other keys the transform reads. A
// program exports run instead, see [RunProgram]. A transform that works on whole columns of a batch is called by [Columns].
//
// # What becomes of a record
//
// The record stays in the host, and nothing is written while the transform runs: the host compares it with what it had
// read and writes what changed. That is so if the transform returns nil. After [Skip] the record is left alone, after
// [Reject] it goes to the quarantine. Any other error, and a panic, fails the record with its message; the other records of
// the batch go on.
//
// # Text and bytes
//
// Redis has bytes. A function that returns a string has checked that it is UTF-8, and fails with [CodeNotText] if it is
// not, so that nothing is lost where the standard library replaces what is no text; its twin, with Bytes in its name,
// returns any bytes. Functions that take a string take any bytes. The one exception are the keys that [Program.Scan] lists.
//
// # Order, time and chance
//
// A dry run, the run and a replay must agree. So there is one clock, [Run.Now], which stands still, and one source of
// random numbers, [Record.Seed]. Go's maps are walked in no order: sort the keys wherever the order shows.
//
// # Tests
//
// Outside of the sandbox a [StandIn] takes the place of the host, so that go test can call a transform. It exists in
// every build but the one for wasip1.
//
// Nothing here is safe for concurrent use: a transform runs on the goroutine that the host called.
package remold
