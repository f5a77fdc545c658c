// From what user code returned, or how it panicked, to what the host is told.

package remold

import "errors"

// Failure is an error that user code did not handle, as the host is told of it.
type Failure struct {
	// Code is the code of the host's refusal, if it was one.
	Code Optional[ErrorCode]
	// Message is what is wrong.
	Message string
	// Place is where, if that is known.
	Place Optional[Place]
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// says is a record or a program, of which an outcome is told.
type says interface {
	skip(reason string)
	reject(code, message string)
	fail(failure Failure)
}

func settle(of says, err error) {
	if err == nil {
		return
	}
	var skipped *Skipped
	var rejected *Rejected
	switch {
	case errors.As(err, &skipped):
		of.skip(legible(skipped.Reason))
	case errors.As(err, &rejected):
		of.reject(legible(rejected.Code), legible(rejected.Message))
	default:
		of.fail(failureOf(err))
	}
}

func failureOf(err error) Failure {
	described := Failure{Message: legible(err.Error())}
	var refused *HostError
	if errors.As(err, &refused) {
		described.Code = Some(refused.Code)
	}
	var panicked *panicError
	if errors.As(err, &panicked) {
		described.Place = placeOf(panicked.callers)
	}
	return described
}

// panicError is a panic of user code.
type panicError struct {
	value   any
	callers []uintptr
}

// Error returns what the code panicked with.
func (p *panicError) Error() string { return "panic: " + p.text() }

// text returns the value of the panic. Package fmt would print any value, and make every transform larger by a fifth.
func (p *panicError) text() string {
	switch value := p.value.(type) {
	case error:
		return value.Error()
	case interface{ String() string }:
		return value.String()
	case string:
		return value
	default:
		return "a value that is no text"
	}
}

// Unwrap returns what the code panicked with, if it is an error.
func (p *panicError) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// panicOf describes a panic. It is called by the deferred function that recovered it.
func panicOf(value any) *panicError {
	return &panicError{value: value, callers: callersOf(2)}
}

// protect calls user code and makes an error of a panic.
func protect(call func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicOf(value)
		}
	}()
	return call()
}

// tellPanic tells the host what a panic says, and lets it go on. It is to be deferred.
func tellPanic() {
	if value := recover(); value != nil {
		panicked := panicOf(value)
		runHandle{}.panic(legible(panicked.text()), placeOf(panicked.callers))
		panic(value)
	}
}
