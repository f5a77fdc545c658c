// JSON documents by way of the stand-in.

//go:build !wasip1

package remold

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestAnEditOfADocumentLeavesTheRestAsItIs(t *testing.T) {
	const (
		b      = `"b": [ 1, 2 ,3]`
		cd     = `"c/d": {"e~": null}`
		before = ` { "a" : 1.50, ` + b + `, ` + cd + ` } `
	)
	cases := []struct {
		name  string
		edit  func(JSON) error
		after string
	}{
		{
			"a member is set",
			func(j JSON) error { return j.SetRaw("/a", "2") },
			` { "a" : 2, ` + b + `, ` + cd + ` } `,
		}, {
			"a member is added",
			func(j JSON) error { return j.Set("/z", "<y>") },
			` { "a" : 1.50, ` + b + `, ` + cd + `,"z":"<y>" } `,
		}, {
			"an item is added",
			func(j JSON) error { return j.Set("/b/-", 4) },
			` { "a" : 1.50, "b": [ 1, 2 ,3,4], ` + cd + ` } `,
		}, {
			"an item is added by its number",
			func(j JSON) error { return j.SetRaw("/b/3", " 4 ") },
			` { "a" : 1.50, "b": [ 1, 2 ,3,4], ` + cd + ` } `,
		}, {
			"names have escapes",
			func(j JSON) error { return j.Set("/c~1d/e~0", Number("0")) },
			` { "a" : 1.50, ` + b + `, "c/d": {"e~": 0} } `,
		}, {
			"the first member is removed",
			func(j JSON) error { return j.Remove("/a") },
			` { ` + b + `, ` + cd + ` } `,
		}, {
			"the last item is removed",
			func(j JSON) error { return j.Remove("/b/2") },
			` { "a" : 1.50, "b": [ 1, 2], ` + cd + ` } `,
		}, {
			"the only member is removed",
			func(j JSON) error { return j.Remove("/c~1d/e~0") },
			` { "a" : 1.50, ` + b + `, "c/d": {} } `,
		}, {
			"what is not there is not removed",
			func(j JSON) error { return j.Remove("/x/y") },
			before,
		}, {
			"the whole document is set",
			func(j JSON) error { return j.Set("", []any{}) },
			` [] `,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rec := NewRecord("j", TextOf(before))
			must(t, c.edit(rec.JSON()))
			if after, err := rec.Text().Get(); after != c.after || err != nil {
				t.Fatalf("got %s, %v, want %s", after, err, c.after)
			}
		})
	}
}

func TestADocumentIsRead(t *testing.T) {
	rec := NewRecord("j", TextOf(`{"a": 1.50, "b": [true, {"c": "x"}]}`))
	for pointer, want := range map[string]string{"": `{"a": 1.50, "b": [true, {"c": "x"}]}`, "/a": "1.50", "/b/1/c": `"x"`} {
		if raw, found, err := rec.JSON().GetRaw(pointer); raw != want || !found || err != nil {
			t.Fatalf("%q: got %s, %v, %v", pointer, raw, found, err)
		}
	}
	for _, pointer := range []string{"/x", "/b/2", "/b/01", "/a/0", "/b/-"} {
		if raw, found, err := rec.JSON().GetRaw(pointer); found || err != nil {
			t.Fatalf("%q: got %s, %v", pointer, raw, err)
		}
	}
	if a, found, err := rec.JSON().Get("/a"); a != Number("1.50") || !found || err != nil {
		t.Fatalf("got %v, %v, %v", a, found, err)
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	_, _, err := NewRecord("j", TextOf(`{"a":`)).JSON().Get("")
	refusedWith(t, err, CodeInvalidArgument)
	_, _, err = NewRecord("j", TextOf("\"\xff\"")).JSON().Get("")
	refusedWith(t, err, CodeNotText)
	rec := NewRecord("j", TextOf(`{"a": [1], "b": 2}`))
	refusedWith(t, rec.JSON().SetRaw("/a", "nothing"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Set("/a/2", "1"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Set("/x/y", "1"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Set("/b/c", "1"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Set("a", "1"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Set("/\xff", "1"), CodeInvalidArgument)
	refusedWith(t, rec.JSON().Remove(""), CodeInvalidArgument)
}

func TestDataIsReadAndWritten(t *testing.T) {
	for text, want := range map[string]any{
		" null ":                    nil,
		"[true, false,[ ]]":         []any{true, false, []any{}},
		`{"b": 1.50, "a": {}}`:      map[string]any{"b": Number("1.50"), "a": map[string]any{}},
		`"\"\\\/\b\f\n\r\t\u00e9"`:  "\"\\/\b\f\n\r\té",
		`"\ud83d\ude00 \u2028 <&>"`: "😀 \u2028 <&>",
		"-0.5e+10":                  Number("-0.5e+10"),
	} {
		data, err := ParseJSON(text)
		if !reflect.DeepEqual(data, want) || err != nil {
			t.Fatalf("%s: got %#v, %v", text, data, err)
		}
		printed, err := PrintJSON(data)
		must(t, err)
		again, err := ParseJSON(printed)
		if !reflect.DeepEqual(again, want) || err != nil {
			t.Fatalf("%s: printed as %s, which is %#v, %v", text, printed, again, err)
		}
	}
}

func TestDataIsWrittenCompactAndByName(t *testing.T) {
	data := map[string]any{
		"b": []string{"\u2028<&>\x01\x1f", "\"\\\n"}, "a": map[string]string{"d": "1", "c": "é"},
		"i": -5, "f": 1.5, "g": 1e21, "u": uint64(math.MaxUint64), "l": int64(math.MinInt64), "n": Number("4.50"), "z": nil,
	}
	const want = `{"a":{"c":"é","d":"1"},"b":["` + "\u2028" + `<&>\u0001\u001f","\"\\\n"],"f":1.5,"g":1e+21,"i":-5,` +
		`"l":-9223372036854775808,"n":4.50,"u":18446744073709551615,"z":null}`
	if got, err := PrintJSON(data); got != want || err != nil {
		t.Fatalf("got %s, %v", got, err)
	}
	for _, data := range []any{math.NaN(), math.Inf(1), "\xff", Number("1 2"), Number(""), struct{}{}, []any{func() {}}} {
		if got, err := PrintJSON(data); err == nil {
			t.Errorf("%v: got %s", data, got)
		}
	}
}

func TestWhatIsNoJSONIsNotRead(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2)
	for _, text := range []string{
		"", " ", "1 2", "{", "[1,]", "[1 2]", `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, "nul", "+1", "01", "1.", ".5", "1e", "-", "'a'",
		`"a`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ude00"`, "\"\n\"", "\"\xff\"", "\x00", deep,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, "]", "[1}", "\"\\",
	} {
		if data, err := ParseJSON(text); err == nil {
			t.Errorf("%s: got %#v", text, data)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	f.Add(`{"a": [1, -2.5e3, "\u00e9\n", true, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		data, err := ParseJSON(text)
		if err != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q was read as %#v", text, data)
		}
		printed, err := PrintJSON(data)
		must(t, err)
		if again, err := ParseJSON(printed); !reflect.DeepEqual(again, data) || err != nil {
			t.Fatalf("%q was printed as %q", text, printed)
		}
	})
}
