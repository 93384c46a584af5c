package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// stateFile is the file that keeps the state between two runs. It belongs to one sandbox at a time.
type stateFile struct {
	path   string // "": none
	exists bool
	lock   *os.File
}

// openState takes the file, which need not exist yet. A folder that does not exist is better found now than when all is
// to be saved.
func openState(path string) (*stateFile, error) {
	if path == "" {
		return &stateFile{}, nil
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // saving puts a new file in the place of the old one, not of a link to it
	}
	f := &stateFile{path: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("state file %s: %w", path, err)
		}
	case err != nil:
		return nil, fmt.Errorf("state file: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("state file %s is no regular file", path)
	default:
		f.exists = true
	}
	if f.lock, err = lockFile(path + ".lock"); err != nil {
		return nil, fmt.Errorf("state file %s: %w", path, err)
	}
	return f, nil
}

// errInUse is why a state cannot be taken.
var errInUse = errors.New("another sandbox uses it; stop that one, or give each its own file")

// lockFile takes the lock at path, which ends with the process.
func lockFile(path string) (*os.File, error) {
	for {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the file that the user names
		if err != nil {
			return nil, err
		}
		if err := lock(file); err != nil {
			_ = file.Close()
			return nil, err
		}
		// The one who had it may have removed it between the two calls: then this is a lock of nothing.
		held, err := file.Stat()
		if now, statErr := os.Stat(path); err == nil && statErr == nil && os.SameFile(held, now) {
			return file, nil
		}
		_ = file.Close()
	}
}

// close gives the file back.
func (f *stateFile) close() {
	if f.lock != nil {
		unlock(f.lock)
	}
}

// load reads the state into box, if there is one yet.
func (f *stateFile) load(box *sandbox.Sandbox) error {
	if !f.exists {
		return nil
	}
	data, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if err := box.LoadState(data); err != nil {
		return fmt.Errorf("state file %s is no state of this sandbox: %w; move it away, or name another file", f.path, err)
	}
	return nil
}

// save writes the state so that the file is at any time the old one or the new one, never a part. Where that fails, the
// state is kept elsewhere and the error says where.
func (f *stateFile) save(box *sandbox.Sandbox) error {
	if f.path == "" {
		return nil
	}
	data, err := box.SaveState()
	if err != nil {
		return err
	}
	written, err := writeBeside(filepath.Dir(f.path), filepath.Base(f.path), data)
	if err == nil {
		if err = os.Rename(written, f.path); err == nil { //nolint:gosec // the file that the user names
			return nil
		}
		_ = os.Remove(written) //nolint:gosec // beside the file that the user names
	}
	err = fmt.Errorf("state file: %w", err)
	if kept, elsewhere := writeBeside(os.TempDir(), filepath.Base(f.path), data); elsewhere == nil {
		err = fmt.Errorf("%w; the state is in %s", err, kept)
	}
	return err
}

// writeBeside writes data to a new file in dir and returns its path.
func writeBeside(dir, name string, data []byte) (path string, err error) {
	file, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(append(data, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(file.Name()) //nolint:gosec // beside the file that the user names
	}
	return file.Name(), err
}
