package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock takes the lock of a file, or says that somebody has it.
func lock(file *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, new(windows.Overlapped)) != nil {
		return errInUse
	}
	return nil
}

// unlock gives the lock of a file back and removes it: an open file cannot be removed.
func unlock(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}
