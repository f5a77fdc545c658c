// Where in the source a panic came from.

package remold

import (
	"path"
	"runtime"
	"strings"
)

const (
	// maxCallers is how many calls are looked at for a place. Each takes thousands of instructions.
	maxCallers = 6
	// thisPackage is what the names of this package's functions begin with.
	thisPackage = "github.com/remold/remold/sdk/go."
)

// Place is a place in the source of a transform.
type Place struct {
	// File is the file, relative to the folder of package main where that is known.
	File string
	// Line is the line, from 1.
	Line int
}

// callersOf returns the calls that lead here, the innermost first, without so many of them.
func callersOf(skip int) []uintptr {
	var callers [maxCallers]uintptr
	n := runtime.Callers(skip+2, callers[:])
	return append([]uintptr(nil), callers[:n]...)
}

// placeOf returns the innermost call of code in the folder of package main or below it; if there is none, the innermost
// call that is neither in Go's runtime nor in this package.
func placeOf(callers []uintptr) Optional[Place] {
	var others []call
	for _, pc := range callers {
		call := callAt(pc)
		name := call.function.Name()
		if strings.HasPrefix(name, "main.") {
			return Some(inFolderOf(call, others))
		}
		if !strings.HasPrefix(name, "runtime.") && !strings.HasPrefix(name, thisPackage) {
			others = append(others, call)
		}
	}
	if len(others) == 0 {
		return Optional[Place]{}
	}
	return Some(others[0].place())
}

// inFolderOf returns the first of some calls that is in the folder of a call of package main, or that call itself.
func inFolderOf(main call, others []call) Place {
	at := main.place()
	folder, _ := path.Split(at.File)
	for _, call := range others {
		inner := call.place()
		if file, found := strings.CutPrefix(inner.File, folder); found {
			return Place{File: file, Line: inner.Line}
		}
	}
	return Place{File: strings.TrimPrefix(at.File, folder), Line: at.Line}
}

// call is a call on the stack.
type call struct {
	function *runtime.Func
	pc       uintptr
}

// callAt finds a call by where it returns to.
func callAt(returned uintptr) call {
	return call{runtime.FuncForPC(returned - 1), returned - 1}
}

func (c call) place() Place {
	file, line := c.function.FileLine(c.pc)
	return Place{File: file, Line: line}
}
