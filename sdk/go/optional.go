// What may be there or not.

package remold

// Optional is a value that may be absent. The zero Optional is absent.
type Optional[T any] struct {
	// Value is the value, if it is there.
	Value T
	// OK says whether it is there.
	OK bool
}

// Some returns a value that is there.
func Some[T any](value T) Optional[T] {
	return Optional[T]{Value: value, OK: true}
}
