// The kinds of values.

package remold

// Kind is the kind of a value.
type Kind uint8

const (
	// KindText is a string: any bytes.
	KindText Kind = iota
	// KindList is a list.
	KindList
	// KindSet is a set.
	KindSet
	// KindSortedSet is a sorted set.
	KindSortedSet
	// KindHash is a hash.
	KindHash
	// KindStream is a stream.
	KindStream
	// KindOpaque is a module's own type, or one that the host does not know: passed on, renamed or deleted as it is.
	KindOpaque
)

var kindNames = [...]string{"text", "list", "set", "sorted-set", "hash", "stream", "opaque"}

// String returns the word that manifests and reports use.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}
