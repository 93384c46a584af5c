package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// exampleKinds are the folders of examples whose sub-folders are named after types.
var exampleKinds = []string{"resources", "data-sources", "ephemeral-resources", "list-resources", "actions"}

// stageExamples copies the examples of the provider, of its types and of its functions from one directory to another,
// where a type's folder has the prefix that tfplugindocs looks for.
func stageExamples(from, to, prefix string) error {
	if err := copyFolder(filepath.Join(from, "provider"), filepath.Join(to, "provider")); err != nil {
		return err
	}
	if err := copyFolders(filepath.Join(from, "functions"), filepath.Join(to, "functions"), ""); err != nil {
		return err
	}
	for _, kind := range exampleKinds {
		if err := copyFolders(filepath.Join(from, kind), filepath.Join(to, kind), prefix); err != nil {
			return err
		}
	}
	return nil
}

// copyFolders copies the sub-folders of a folder, each under its name with the prefix. A folder that does not exist has none.
func copyFolders(from, to, prefix string) error {
	folders, err := os.ReadDir(from)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, folder := range folders {
		if err := copyFolder(filepath.Join(from, folder.Name()), filepath.Join(to, prefix+folder.Name())); err != nil {
			return err
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
