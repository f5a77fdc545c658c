// Does what the field "do" of a record says: every misdeed that Go has the means for.
package main

import (
	"fmt"
	"os"
	"strings"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport migrate
func migrate(count uint32) { remold.Each(count, Migrate) }

func main() {}

var sink, seen int

// Migrate does it.
func Migrate(rec *remold.Record) error {
	item := rec.Hash()
	misdeed, err := item.GetOr("do", "")
	if err != nil {
		return err
	}
	switch misdeed {
	case "loop":
		for {
			sink++
		}
	case "recursion":
		sink = deeper(0)
	case "memory":
		var kept [][]byte
		for {
			kept = append(kept, make([]byte, 1<<20))
			kept[len(kept)-1][sink%100] = 1
		}
	case "output":
		return item.Set("big", strings.Repeat("x", 4<<20))
	case "calls":
		for {
			if there, _ := item.Contains("do"); there {
				sink++
			}
		}
	case "grant":
		return rec.Rename("secret:1")
	case "emit":
		for number := 0; ; number++ {
			entry := remold.Entry{Key: fmt.Sprintf("user:%d", number), Value: remold.TextValue(strings.Repeat("x", 1000))}
			if err := rec.Emit(entry); err != nil {
				return err
			}
		}
	case "panic":
		panic("it gave up")
	case "index":
		sink = []int{1, 2, 3}[len(misdeed)+10]
	case "kind":
		return rec.List().Push("x")
	case "remember":
		seen++
		return item.Set("seen", fmt.Sprint(seen))
	case "exit":
		os.Exit(3)
	case "text":
		return remold.Reject("\xff\xfe", "\xc3\x28")
	}
	return item.Set("done", "1")
}

func deeper(depth int) int {
	var frame [64]int
	frame[depth%64] = depth
	return deeper(depth+1) + frame[3]
}
