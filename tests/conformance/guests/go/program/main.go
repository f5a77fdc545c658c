// A program over user:* that calls every function. The text at user:3 says how it is to end.
package main

import (
	"errors"
	"fmt"
	"slices"

	remold "github.com/remold/remold/sdk/go"
)

//go:wasmexport run
func run() { remold.RunProgram(Program) }

func main() {}

// Program lists, reads and writes keys.
func Program(p *remold.Program) error {
	if state, resumed := p.ResumedFrom(); resumed {
		return fmt.Errorf("it is resumed from %q", state)
	}
	hashes, err := walked(p.ScanKind("user:*", remold.KindHash))
	if err != nil {
		return err
	}
	all, err := walked(p.Scan("user:*"))
	if err != nil {
		return err
	}
	if !slices.Equal(hashes, []string{"user:1", "user:2"}) || len(all) != 3 {
		return fmt.Errorf("it lists %q of %q", hashes, all)
	}
	_, _, notGranted := p.Get("secret:1")
	_, noBackup := p.Backup("before")
	for _, err := range []error{notGranted, noBackup} {
		var refused *remold.HostError
		if !errors.As(err, &refused) || refused.Code != remold.CodeDenied {
			return fmt.Errorf("it is not denied: %v", err)
		}
	}

	held, err := p.GetMany("user:1", "user:2", "user:3", "user:none")
	if err != nil {
		return err
	}
	if held[3] != nil {
		return errors.New("user:none is there")
	}
	end, err := held[2].Text().Get()
	if err != nil {
		return err
	}
	made := remold.Entry{Key: "made:2", Value: remold.ListOf("x")}
	if err := errors.Join(held[0].Hash().Set("seen", "1"), held[1].Emit(made)); err != nil {
		return err
	}
	applied, err := p.ApplyMany(held[:3]...)
	if err != nil || !slices.Equal(applied, []remold.Applied{remold.Written, remold.Written, remold.Unchanged}) {
		return fmt.Errorf("it is applied as %v: %w", applied, err)
	}
	p.ProgressOfUnknown(1)
	p.Progress(2, 3)
	if err := p.Checkpoint([]byte("half")); err != nil {
		return err
	}

	again, found, err := p.Get("user:1")
	if err != nil || !found {
		return fmt.Errorf("user:1 is gone: %w", err)
	}
	if key, err := again.Key(); err != nil || key != "user:1" {
		return fmt.Errorf("its key is %q: %w", key, err)
	}
	if became, err := p.Apply(again); err != nil || became != remold.Already {
		return fmt.Errorf("it is applied again as %v: %w", became, err)
	}
	dropped, err := p.GetMany("user:2", "user:3")
	if err != nil {
		return err
	}
	p.Release(dropped...)
	switch end {
	case "skip":
		return remold.Skip("as asked for")
	case "reject":
		return remold.Reject("as-asked", "for")
	case "fail":
		return errors.New("as asked for")
	}
	return nil
}

// walked returns the keys that a scan gives, in order.
func walked(keys func(yield func(string, error) bool)) ([]string, error) {
	var all []string
	for key, err := range keys {
		if err != nil {
			return nil, err
		}
		all = append(all, key)
	}
	slices.Sort(all)
	return all, nil
}
