package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// watchEvery is how often plug-ins are looked at. What is read is a high-water mark, so that only what a plug-in takes
// in the last moments of its life is missed.
const watchEvery = 50 * time.Millisecond

// plugins watches the memory of the processes that a CLI starts. Where there is no /proc it sees none.
type plugins struct {
	done chan struct{}
	*peak
}

type peak struct {
	sync.WaitGroup
	bytes int64 // the most that one of them has taken
}

func watch(cli int) plugins {
	p := plugins{done: make(chan struct{}), peak: &peak{}}
	p.Go(func() {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for {
			for _, child := range children(cli) {
				p.bytes = max(p.bytes, highWater(child))
			}
			select {
			case <-ticker.C:
			case <-p.done:
				return
			}
		}
	})
	return p
}

func (p plugins) stop() {
	close(p.done)
	p.Wait()
}

// children returns the processes that the process has started, and those that they have.
func children(pid int) []int {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is a good one
	var all []int
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // it has ended
		}
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(append(all, child), children(child)...)
			}
		}
	}
	return all
}

// highWater returns the most memory that a process has taken, in bytes; 0 when it has ended.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
