// Records that hold a sorted set.

package remold

import (
	"iter"
	"strconv"
	"unicode/utf8"
)

// SortedSet is the members of a record that holds a sorted set. Every method fails with CodeWrongKind on another kind.
type SortedSet struct{ h recordHandle }

// ScoredText is a member that is text, with its score.
type ScoredText struct {
	// Member is the member.
	Member string
	// Score is the score, never NaN.
	Score float64
}

// Len returns the number of members.
func (s SortedSet) Len() (int, error) { return s.h.sortedSetLen() }

// Contains says whether there is such a member.
func (s SortedSet) Contains(member string) (bool, error) { return s.h.sortedSetContains(member) }

// Score returns the score of a member, and whether there is such a member.
func (s SortedSet) Score(member string) (score float64, found bool, err error) {
	return s.h.sortedSetScore(member)
}

// Add adds a member with its score, or sets the score of a member. It fails if the score is NaN.
func (s SortedSet) Add(member string, score float64) error { return s.h.sortedSetAdd(member, score) }

// Remove removes a member, if it is there.
func (s SortedSet) Remove(member string) error { return s.h.sortedSetRemove(member) }

// Rename renames a member, which keeps its score, if it is there. A member that has the new name is replaced.
func (s SortedSet) Rename(from, to string) error { return s.h.sortedSetRename(from, to) }

// Clear removes all members.
func (s SortedSet) Clear() error { return s.h.sortedSetClear() }

// Members walks the members with their scores; see [SortedSet.MembersBytes]. It fails with CodeNotText if one is not UTF-8.
func (s SortedSet) Members() iter.Seq2[ScoredText, error] {
	return mapped(s.MembersBytes(), func(scored Scored) (ScoredText, error) {
		if !utf8.Valid(scored.Member) {
			return ScoredText{}, notText("the member " + strconv.Quote(string(scored.Member)))
		}
		return ScoredText{Member: string(scored.Member), Score: scored.Score}, nil
	})
}

// MembersBytes walks the members as bytes with their scores: the lowest score first, and equal scores by the member's bytes,
// as ZRANGE does. The host is asked for a page at a time, so members should not be added, removed or scored on the way. After
// an error there are no more members.
func (s SortedSet) MembersBytes() iter.Seq2[Scored, error] { return pages(s.h.sortedSetMembers) }
