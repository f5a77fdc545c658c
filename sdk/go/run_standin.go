// The run, in the stand-in.

//go:build !wasip1

package remold

import "hash/fnv"

type runHandle struct{ host *StandIn }

func (r runHandle) parameters() Parameters { return r.host.Parameters }

func (r runHandle) now() uint64 { return uint64(r.host.Now.UnixMilli()) }

func (r runHandle) seed() uint64 { return r.host.Seed }

func (r runHandle) log(level Level, message string) {
	r.host.Log = append(r.host.Log, LogLine{Level: level, Message: message})
}

// panic is of no use here: the panic itself goes on to the test.
func (runHandle) panic(string, Optional[Place]) {}

// seedOf depends on the run's seed and the key, like the host's, and is not the same number.
func (s *StandIn) seedOf(key string) uint64 {
	hash := fnv.New64a()
	hash.Write([]byte(key))
	return hash.Sum64() ^ s.Seed
}

// check refuses what was not granted. Each power is a word and the patterns that it is granted on.
func (s *StandIn) check(key string, powers ...power) error {
	if s.Grants == nil {
		return nil
	}
	for _, power := range powers {
		for _, pattern := range power.granted(s.Grants) {
			if matches(pattern, key) {
				return nil
			}
		}
	}
	word := powers[0].word
	return refusal(CodeDenied, "no capability grants "+word+" on "+quoted(key)+"; ask for it in spec.capabilities."+word)
}

type power struct {
	word    string
	granted func(*Grants) []string
}

var (
	toRead  = power{"read", func(grants *Grants) []string { return grants.Read }}
	toWrite = power{"write", func(grants *Grants) []string { return grants.Write }}
)
