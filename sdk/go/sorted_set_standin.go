// Sorted sets, in the stand-in.

//go:build !wasip1

package remold

import (
	"bytes"
	"cmp"
	"slices"
)

func (v SortedSetValue) index(name string) int {
	return slices.IndexFunc(v, func(scored Scored) bool { return string(scored.Member) == name })
}

func (h recordHandle) sortedSetLen() (int, error) {
	members, err := valueOf[SortedSetValue](h)
	return len(members), err
}

func (h recordHandle) sortedSetContains(member string) (bool, error) {
	members, err := valueOf[SortedSetValue](h)
	return err == nil && members.index(member) >= 0, err
}

func (h recordHandle) sortedSetScore(member string) (score float64, found bool, err error) {
	members, err := valueOf[SortedSetValue](h)
	if err != nil {
		return 0, false, err
	}
	i := members.index(member)
	if i < 0 {
		return 0, false, nil
	}
	return members[i].Score, true, nil
}

func (h recordHandle) sortedSetAdd(member string, score float64) error {
	if err := checkScore(score); err != nil {
		return err
	}
	return editValue(h, func(members SortedSetValue) (SortedSetValue, error) {
		if i := members.index(member); i >= 0 {
			members[i].Score = score
			return members, nil
		}
		return append(members, Scored{Member: []byte(member), Score: score}), nil
	})
}

func (h recordHandle) sortedSetRemove(member string) error {
	return editValue(h, func(members SortedSetValue) (SortedSetValue, error) {
		if i := members.index(member); i >= 0 {
			members = slices.Delete(members, i, i+1)
		}
		return members, nil
	})
}

func (h recordHandle) sortedSetRename(from, to string) error {
	return editValue(h, func(members SortedSetValue) (SortedSetValue, error) {
		if from == to || members.index(from) < 0 {
			return members, nil
		}
		if i := members.index(to); i >= 0 {
			members = slices.Delete(members, i, i+1)
		}
		members[members.index(from)].Member = []byte(to)
		return members, nil
	})
}

func (h recordHandle) sortedSetClear() error {
	return editValue(h, func(SortedSetValue) (SortedSetValue, error) { return SortedSetValue{}, nil })
}

func (h recordHandle) sortedSetMembers(start, limit uint32) ([]Scored, error) {
	members, err := valueOf[SortedSetValue](h)
	if err != nil {
		return nil, err
	}
	sorted := cloneValue(members).(SortedSetValue)
	slices.SortFunc(sorted, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), bytes.Compare(a.Member, b.Member))
	})
	return page(sorted, start, limit), nil
}
