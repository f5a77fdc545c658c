// The manifest's parameters.

package remold

import (
	"errors"
	"strconv"
)

// Parameters are the manifest's parameters, as data, see [ParseJSON].
type Parameters map[string]any

// Text returns a parameter that is a text. It fails if it is not there, or something else.
func (p Parameters) Text(name string) (string, error) {
	text, found := p[name].(string)
	if !found {
		return "", p.isNo("text", name)
	}
	return text, nil
}

// Int returns a parameter that is an integer. It fails if it is not there, or something else.
func (p Parameters) Int(name string) (int64, error) {
	switch number := p[name].(type) {
	case Number:
		if integer, err := number.Int64(); err == nil {
			return integer, nil
		}
	case int:
		return int64(number), nil
	case int64:
		return number, nil
	}
	return 0, p.isNo("integer", name)
}

// Float returns a parameter that is a number. It fails if it is not there, or something else.
func (p Parameters) Float(name string) (float64, error) {
	switch number := p[name].(type) {
	case Number:
		if float, err := number.Float64(); err == nil {
			return float, nil
		}
	case int:
		return float64(number), nil
	case float64:
		return number, nil
	}
	return 0, p.isNo("number", name)
}

// Bool returns a parameter that is true or false. It fails if it is not there, or something else.
func (p Parameters) Bool(name string) (bool, error) {
	truth, found := p[name].(bool)
	if !found {
		return false, p.isNo("bool", name)
	}
	return truth, nil
}

func (p Parameters) isNo(kind, name string) error {
	if _, found := p[name]; !found {
		return errors.New("there is no parameter " + strconv.Quote(name) + " in the manifest")
	}
	return errors.New("the parameter " + strconv.Quote(name) + " is no " + kind)
}
