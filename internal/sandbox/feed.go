package sandbox

import "sync"

// Sections of the page, which change on their own. Those of the services have the services' names.
const (
	sectionRequests = "requests"
	sectionFaults   = "faults"
	sectionThulium  = "thulium"
	sectionJelou    = "jelou"
	sectionChatbot  = "chatbot"
	sectionEvents   = "events"
	sectionKnobs    = "knobs"
)

// sections are all of them.
var sections = []string{
	sectionRequests, sectionFaults, sectionThulium, sectionJelou, sectionChatbot, sectionEvents, sectionKnobs,
}

// feed counts changes, knows at which count each section changed last, and wakes the pages that are open. The sandbox's
// lock guards it.
type feed struct {
	count   int
	changed map[string]int
	open    map[chan struct{}]bool
}

func newFeed() feed {
	return feed{changed: map[string]int{}, open: map[chan struct{}]bool{}}
}

// touch notes that sections have changed.
func (f *feed) touch(sections ...string) {
	f.count++
	for _, section := range sections {
		f.changed[section] = f.count
	}
	for wake := range f.open {
		select {
		case wake <- struct{}{}:
		default: // it has been told already
		}
	}
}

// lockedTouch is touch for one who does not hold the lock.
func (f *feed) lockedTouch(mu *sync.Mutex, sections ...string) {
	mu.Lock()
	defer mu.Unlock()
	f.touch(sections...)
}

// since returns the sections that have changed after a count, and the count now. A count that is still to come is from
// another sandbox, before a restart: everything has changed.
func (f *feed) since(count int) (changed []string, now int) {
	for _, section := range sections {
		if count < 0 || count > f.count || f.changed[section] > count {
			changed = append(changed, section)
		}
	}
	return changed, f.count
}
