package main

import (
	"errors"
	"fmt"
	"runtime"

	remold "github.com/remold/remold/sdk/go"
)

// check gathers what does not hold, with the line of each.
type check struct{ problems []error }

func (c *check) fails(problem string) {
	_, _, line, _ := runtime.Caller(2)
	c.problems = append(c.problems, fmt.Errorf("line %d: %s", line, problem))
}

// that fails unless something holds.
func (c *check) that(holds bool) {
	if !holds {
		c.fails("it does not hold")
	}
}

// done fails if the host has refused something.
func (c *check) done(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		c.fails(err.Error())
	}
}

// refused fails unless the host has refused something with a code.
func (c *check) refused(code remold.ErrorCode, err error) {
	var refused *remold.HostError
	if !errors.As(err, &refused) || refused.Code != code || refused.Message == "" {
		c.fails(fmt.Sprintf("%v is not %v", err, code))
	}
}

// err returns everything that does not hold.
func (c *check) err() error { return errors.Join(c.problems...) }

// got returns a result of the SDK; a refusal fails.
func got[T any](c *check) func(value T, err error) T {
	return func(value T, err error) T {
		if err != nil {
			c.fails(err.Error())
		}
		return value
	}
}

// found returns a result that there has to be.
func found[T any](c *check) func(value T, found bool, err error) T {
	return func(value T, found bool, err error) T {
		if err != nil || !found {
			c.fails(fmt.Sprintf("it is not there (%v)", err))
		}
		return value
	}
}

// missing fails if a result is there.
func missing[T any](c *check) func(value T, found bool, err error) {
	return func(_ T, found bool, err error) {
		if err != nil || found {
			c.fails(fmt.Sprintf("it is there (%v)", err))
		}
	}
}

// walked returns all elements, and the error that has ended the walk.
func walked[T any](elements func(yield func(T, error) bool)) ([]T, error) {
	var all []T
	for element, err := range elements {
		if err != nil {
			return all, err
		}
		all = append(all, element)
	}
	return all, nil
}
