// Records that hold a set.

package remold

import "iter"

// Set is the members of a record that holds a set. Every method fails with CodeWrongKind on another kind.
type Set struct{ h recordHandle }

// Len returns the number of members.
func (s Set) Len() (int, error) { return s.h.setLen() }

// Contains says whether there is such a member.
func (s Set) Contains(member string) (bool, error) { return s.h.setContains(member) }

// Add adds a member, if it is not there.
func (s Set) Add(member string) error { return s.h.setAdd(member) }

// Remove removes a member, if it is there.
func (s Set) Remove(member string) error { return s.h.setRemove(member) }

// Rename replaces a member by another one, if it is there.
func (s Set) Rename(from, to string) error { return s.h.setRename(from, to) }

// Clear removes all members.
func (s Set) Clear() error { return s.h.setClear() }

// Members walks the members; see [Set.MembersBytes]. It fails with CodeNotText if one is not UTF-8.
func (s Set) Members() iter.Seq2[string, error] { return texts(s.MembersBytes(), "the member") }

// MembersBytes walks the members as bytes, in no order. The host is asked for a page at a time, so members should not be
// added or removed on the way. After an error there are no more members.
func (s Set) MembersBytes() iter.Seq2[[]byte, error] { return pages(s.h.setMembers) }
