// Programs by way of the stand-in.

//go:build !wasip1

package remold

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
)

func members(count int) *StandIn {
	host := new(StandIn)
	for i := range count {
		fields := HashOf(map[string]string{"team": "atlas"})
		host.Put(Entry{Key: fmt.Sprintf("member:%02d", i), Value: fields})
	}
	host.Put(Entry{Key: "member:count", Value: TextOf(strconv.Itoa(count))})
	return host
}

func TestAProgramListsReadsAndWrites(t *testing.T) {
	host := members(2*listed + 1)
	number := func(p *Program) error {
		i := 0
		for key, err := range p.ScanKind("member:*", KindHash) {
			if err != nil {
				return err
			}
			rec, found, err := p.Get(key)
			if err != nil || !found {
				return errors.Join(err, errors.New("it is gone"))
			}
			i++
			if err := rec.Hash().Set("number", strconv.Itoa(i)); err != nil {
				return err
			}
			if applied, err := p.Apply(rec); applied != Written || err != nil {
				return fmt.Errorf("%v, %w", applied, err)
			}
		}
		return nil
	}
	p := host.NewProgram()
	CallProgram(func() { RunProgram(number) }, p)
	must(t, p.Outcome())
	last, _ := host.Get("member:20")
	if got := last.Value.(HashValue); string(got[got.index("number")].Value) != "21" {
		t.Fatalf("got %q", got)
	}
}

func TestWhatBecomesOfARecordThatIsApplied(t *testing.T) {
	host := members(3)
	p := host.NewProgram()
	got, err := p.GetMany("member:00", "member:01", "none", "member:02")
	must(t, err)
	if got[2] != nil {
		t.Fatal("a key was read that is not there")
	}
	must(t, got[0].Hash().Set("a", "1"))
	host.Put(Entry{Key: "member:01", Value: TextOf("written since")})
	applied, err := p.ApplyMany(got[0], got[1], got[3])
	if !slices.Equal(applied, []Applied{Written, Conflict, Unchanged}) || err != nil {
		t.Fatalf("got %v, %v", applied, err)
	}
	again, _, err := p.Get("member:00")
	must(t, err)
	must(t, again.Hash().Set("a", "2"))
	if applied, err := p.Apply(again); applied != Already || err != nil {
		t.Fatalf("got %v, %v", applied, err)
	}
}

func TestAProgramRenamesEmitsAndRemoves(t *testing.T) {
	host := members(2)
	p := host.NewProgram()
	got, err := p.GetMany("member:00", "member:01")
	must(t, err)
	must(t, got[0].Rename("member:01"))
	_, err = p.Apply(got[0])
	refusedWith(t, err, CodeInvalidArgument)
	must(t, got[0].Rename("person:00"))
	must(t, got[0].Remove("member:count"))
	must(t, got[0].Emit(Entry{Key: "log", Value: TextOf("x")}))
	_, err = p.Apply(got[0])
	must(t, err)
	must(t, got[1].Delete())
	_, err = p.Apply(got[1])
	must(t, err)
	p.Release(got...)
	keys, err := all(p.Scan("*"))
	if !slices.Equal(keys, []string{"log", "person:00"}) || err != nil {
		t.Fatalf("got %q, %v", keys, err)
	}
}

func TestAProgramReachesOnlyWhatIsGranted(t *testing.T) {
	host := members(1)
	host.Grants = &Grants{Scan: []string{"member:*"}, Read: []string{"member:*"}}
	p := host.NewProgram()
	_, err := all(p.Scan("*"))
	refusedWith(t, err, CodeDenied)
	_, _, err = p.Get("other")
	refusedWith(t, err, CodeDenied)
	rec, _, err := p.Get("member:00")
	must(t, err)
	_, err = p.Apply(rec)
	refusedWith(t, err, CodeDenied)
	_, err = p.Backup("before")
	refusedWith(t, err, CodeDenied)
}

func TestAProgramRemembersHowFarItIs(t *testing.T) {
	host := new(StandIn)
	p := host.NewProgram()
	if _, resumed := p.ResumedFrom(); resumed {
		t.Fatal("a new run is resumed")
	}
	must(t, p.Checkpoint([]byte("here")))
	if state, resumed := host.NewProgram().ResumedFrom(); string(state) != "here" || !resumed {
		t.Fatalf("got %q, %v", state, resumed)
	}
	p.Progress(1, 2)
	p.ProgressOfUnknown(1)
	p.Log(LevelWarn, "look\xff")
	if !slices.Equal(host.Log, []LogLine{{LevelWarn, "look\uFFFD"}}) {
		t.Fatalf("got %v", host.Log)
	}
	if name, err := p.Backup("before"); name != "before" || err != nil {
		t.Fatalf("got %q, %v", name, err)
	}
}

func TestAProgramThatPanicsFails(t *testing.T) {
	p := new(StandIn).NewProgram()
	CallProgram(func() {
		RunProgram(func(*Program) error { panic("no") })
	}, p)
	if got := fmt.Sprint(p.Outcome()); got != "panic: no" {
		t.Fatalf("got %s", got)
	}
}
