// What a transform returns: refusals of the host, and what it says of a record itself.

package remold

// ErrorCode says why the host refused.
type ErrorCode uint8

const (
	// CodeDenied: no capability grants this.
	CodeDenied ErrorCode = iota
	// CodeWrongKind: the record holds a value of another kind than the function works on.
	CodeWrongKind
	// CodeOutOfRange: an index names no element.
	CodeOutOfRange
	// CodeNotText: the bytes are no UTF-8 text.
	CodeNotText
	// CodeInvalidArgument: an argument makes no sense.
	CodeInvalidArgument
	// CodeOverLimit: a limit would be passed.
	CodeOverLimit
	// CodeNotLookedUp: the key was not asked for in lookups.
	CodeNotLookedUp
	// CodeKeyspace: the keyspace could not be read or written while a program ran.
	CodeKeyspace
)

var codeNames = [...]string{
	"denied", "wrong-kind", "out-of-range", "not-text", "invalid-argument", "over-limit", "not-looked-up", "keyspace",
}

// String returns the word that reports use.
func (c ErrorCode) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return "unknown"
}

// HostError is a refusal of the host. Nothing was changed.
type HostError struct {
	// Code says why, for a program.
	Code ErrorCode
	// Message says why, for a person.
	Message string
}

// Error returns the message.
func (e *HostError) Error() string { return e.Message }

func refusal(code ErrorCode, message string) *HostError {
	return &HostError{Code: code, Message: message}
}

// Skipped says that a record is none of the transform's business; its edits are dropped.
type Skipped struct {
	// Reason says why.
	Reason string
}

// Error returns the reason.
func (s *Skipped) Error() string { return "skipped: " + s.Reason }

// Skip returns an error that says that the record is none of this transform's business; its edits are dropped. A program
// says by it that there was nothing to do.
func Skip(reason string) error { return &Skipped{Reason: reason} }

// Rejected says that a record should have been transformed and cannot be.
type Rejected struct {
	// Code is a short word for counting.
	Code string
	// Message says what is wrong.
	Message string
}

// Error returns the code and the message.
func (r *Rejected) Error() string { return "rejected: " + r.Code + ": " + r.Message }

// Reject returns an error that says that the record should have been transformed and cannot be; it goes to the quarantine.
// The code is a short word for counting. A program says by it that it cannot go on.
func Reject(code, message string) error { return &Rejected{Code: code, Message: message} }
