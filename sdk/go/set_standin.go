// Sets, in the stand-in.

//go:build !wasip1

package remold

import "slices"

func (v SetValue) index(name string) int {
	return slices.IndexFunc(v, func(member []byte) bool { return string(member) == name })
}

func (h recordHandle) setLen() (int, error) {
	members, err := valueOf[SetValue](h)
	return len(members), err
}

func (h recordHandle) setContains(member string) (bool, error) {
	members, err := valueOf[SetValue](h)
	return err == nil && members.index(member) >= 0, err
}

func (h recordHandle) setAdd(member string) error {
	return editValue(h, func(members SetValue) (SetValue, error) {
		if members.index(member) >= 0 {
			return members, nil
		}
		return append(members, []byte(member)), nil
	})
}

func (h recordHandle) setRemove(member string) error {
	return editValue(h, func(members SetValue) (SetValue, error) {
		if i := members.index(member); i >= 0 {
			members = slices.Delete(members, i, i+1)
		}
		return members, nil
	})
}

func (h recordHandle) setRename(from, to string) error {
	return editValue(h, func(members SetValue) (SetValue, error) {
		if from == to || members.index(from) < 0 {
			return members, nil
		}
		if i := members.index(to); i >= 0 {
			members = slices.Delete(members, i, i+1)
		}
		members[members.index(from)] = []byte(to)
		return members, nil
	})
}

func (h recordHandle) setClear() error {
	return editValue(h, func(SetValue) (SetValue, error) { return SetValue{}, nil })
}

func (h recordHandle) setMembers(start, limit uint32) ([][]byte, error) {
	members, err := valueOf[SetValue](h)
	return cloneMany(page(members, start, limit)), err
}
