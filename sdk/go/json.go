// Records that hold a JSON document in a text.

package remold

// JSON is the document of a record that holds JSON in a text. A place in it is a JSON Pointer (RFC 6901): "/roles/0" is the
// first item of the member roles, and "" is the whole document. What an edit does not concern keeps its order and
// spelling to the byte. Every method fails on another kind, and where the text is no JSON.
type JSON struct{ h recordHandle }

// Get returns what is at a place as data, see [ParseJSON], and whether there is anything.
func (j JSON) Get(pointer string) (data any, found bool, err error) {
	raw, found, err := j.GetRaw(pointer)
	if err != nil || !found {
		return nil, false, err
	}
	data, err = ParseJSON(raw)
	return data, err == nil, err
}

// GetRaw returns what is at a place as it is written, and whether there is anything.
func (j JSON) GetRaw(pointer string) (raw string, found bool, err error) {
	if err := needText(pointer, "the pointer"); err != nil {
		return "", false, err
	}
	return j.h.jsonGet(pointer)
}

// Set sets what is at a place to data, see [PrintJSON]. A member that is not there is added at the end of its object; "-" or
// the length of an array stands for a new item at its end. It fails if the parent is not there.
func (j JSON) Set(pointer string, data any) error {
	raw, err := PrintJSON(data)
	if err != nil {
		return err
	}
	return j.SetRaw(pointer, raw)
}

// SetRaw sets what is at a place to a JSON text, as [JSON.Set] does. It fails if that is no JSON.
func (j JSON) SetRaw(pointer, raw string) error {
	if err := needText(pointer, "the pointer"); err != nil {
		return err
	}
	if err := needText(raw, "the value"); err != nil {
		return err
	}
	return j.h.jsonSet(pointer, raw)
}

// Remove removes the member or item at a place, if it is there. It fails for the whole document.
func (j JSON) Remove(pointer string) error {
	if err := needText(pointer, "the pointer"); err != nil {
		return err
	}
	return j.h.jsonRemove(pointer)
}
