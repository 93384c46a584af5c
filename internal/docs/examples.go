package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// exampleKinds are the folders of examples whose sub-folders are named after types.
var exampleKinds = []string{"resources", "data-sources", "ephemeral-resources", "actions"}

// stageExamples copies the examples of the provider and of its types from one directory to another, where a type's
// folder has the prefix that tfplugindocs looks for.
func stageExamples(from, to, prefix string) error {
	if err := copyFolder(filepath.Join(from, "provider"), filepath.Join(to, "provider")); err != nil {
		return err
	}
	for _, kind := range exampleKinds {
		types, err := os.ReadDir(filepath.Join(from, kind))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, t := range types {
			if err := copyFolder(filepath.Join(from, kind, t.Name()), filepath.Join(to, kind, prefix+t.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFolder copies the files of a folder. One that does not exist has none.
func copyFolder(from, to string) error {
	files, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if !f.Type().IsRegular() { // .terraform, where someone has tried the example
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
