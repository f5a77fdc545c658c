// How the results of the host's functions are read: result<T, host-error> for every T of the contract.

package remold

import "github.com/remold/remold/sdk/go/internal/abi"

// The payload of a result begins behind the byte that says which case it is, aligned as its largest number.
const (
	payload  = 4
	payload8 = 8
)

// refused returns the host's refusal, if the call was refused.
func refused(payload uintptr) error {
	if !*abi.At[bool](0) {
		return nil
	}
	code := ErrorCode(*abi.At[uint8](payload))
	return refusal(code, abi.At[abi.Bytes](payload+4).Text())
}

func unitResult() error { return refused(payload) }

func boolResult() (bool, error) {
	if err := refused(payload); err != nil {
		return false, err
	}
	return *abi.At[bool](payload), nil
}

func lenResult() (int, error) {
	if err := refused(payload); err != nil {
		return 0, err
	}
	return int(*abi.At[uint32](payload)), nil
}

func bytesResult() (string, error) {
	if err := refused(payload); err != nil {
		return "", err
	}
	return abi.At[abi.Bytes](payload).Text(), nil
}

func optionalBytesResult() (value string, found bool, err error) {
	if err := refused(payload); err != nil {
		return "", false, err
	}
	option := abi.At[abi.Option[abi.Bytes]](payload)
	if !option.Some {
		return "", false, nil
	}
	return option.Value.Text(), true, nil
}

func optionalNumberResult[T uint64 | float64]() (Optional[T], error) {
	if err := refused(payload8); err != nil {
		return Optional[T]{}, err
	}
	return optional(abi.At[abi.Option[T]](payload8)), nil
}

// listResult reads a list whose elements become something else.
func listResult[T, U any](become func(*T) U) ([]U, error) {
	if err := refused(payload); err != nil {
		return nil, err
	}
	return lifted(*abi.At[abi.Bytes](payload), become), nil
}

// lifted reads a list in memory.
func lifted[T, U any](list abi.Bytes, become func(*T) U) []U {
	elements := abi.View[T](list)
	after := make([]U, len(elements))
	for i := range elements {
		after[i] = become(&elements[i])
	}
	return after
}

func bytesOf(list *abi.Bytes) []byte { return list.Copy() }

func textOf(list *abi.Bytes) string { return list.Text() }

// optional reads an option of a plain number.
func optional[T any](option *abi.Option[T]) Optional[T] {
	if !option.Some {
		return Optional[T]{}
	}
	return Some(option.Value)
}
