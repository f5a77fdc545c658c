// Texts, in the stand-in.

//go:build !wasip1

package remold

func (h recordHandle) textGet() (string, error) {
	text, err := valueOf[TextValue](h)
	return string(text), err
}

func (h recordHandle) textSet(value string) error {
	return editValue(h, func(TextValue) (TextValue, error) { return TextValue(value), nil })
}
