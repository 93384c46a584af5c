//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of a file, or says that somebody has it.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errInUse
	}
	return err
}

// unlock removes a file and gives its lock back.
func unlock(file *os.File) {
	_ = os.Remove(file.Name()) //nolint:gosec // beside the file that the user names
	_ = file.Close()
}
