// The run that a transform is part of.

package remold

import "time"

// Run tells of the run that the transform is part of. A dry run, the run and a replay say the same.
type Run struct{ r runHandle }

// Level is how important a line of the log is.
type Level uint8

const (
	// LevelDebug is for the author of the transform.
	LevelDebug Level = iota
	// LevelInfo is worth knowing.
	LevelInfo
	// LevelWarn is worth a look.
	LevelWarn
)

// Now returns the run's clock, which stands still, to the millisecond.
func (r Run) Now() time.Time { return timeOf(Some(r.r.now())) }

// RunSeed returns the run's seed. [Record.Seed] is the one to use for what depends on a record.
func (r Run) RunSeed() uint64 { return r.r.seed() }

// Log logs a line. It counts as output. What is printed to standard output and standard error is logged as well, as
// LevelDebug.
func (r Run) Log(level Level, message string) { r.r.log(level, legible(message)) }

// Parameters returns the manifest's parameters. They are read once in a call of the host.
func (r Run) Parameters() Parameters { return r.r.parameters() }
