package sandbox

import (
	"bytes"
	_ "embed"
	"html/template"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pageText is the page: its markup, style and script, all in one, so that the first answer can be painted. The stream fills
// its sections, each from a template of its name.
//
//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// front is the page for a browser, and the text for everybody else.
func (s *Sandbox) front(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		writeHelp(w, r)
		return
	}
	if err := checkQuery(r.URL.Query(), pageQuery); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError("%v", err))
		return
	}
	nonce := randomHex(16)
	data := map[string]any{
		"Nonce": nonce, "All": r.URL.Query().Has("all"), "Environment": maps.Collect(Environment("http://" + r.Host)),
	}
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, data); err != nil {
		writeJSON(w, http.StatusInternalServerError, controlError("the page: %v", err))
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'nonce-"+nonce+
		"'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(page.Bytes()) // a browser that has left is no concern
}

// pageQuery are the parameters of the page and of its stream.
var pageQuery = map[string][]string{"all": {"", "1"}}

// pageEntries is how many entries a list of the page shows, the newest.
const pageEntries = 25

// limitOf is how many entries a list shows: all with ?all.
func limitOf(r *http.Request) int {
	if r.URL.Query().Has("all") {
		return 1 << 30
	}
	return pageEntries
}

// pageData has what the sections show, each under its name.
func (s *Sandbox) pageData(of []string, limit int) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	data := map[string]any{}
	for _, section := range of {
		switch section {
		case sectionRequests:
			data[section] = s.requestList(limit)
		case sectionFaults:
			data[section] = s.faultList()
		case sectionThulium:
			data[section] = s.chatList(limit, now)
		case sectionJelou:
			data[section] = s.jelouList(limit, now)
		case sectionChatbot:
			data[section] = s.threadList(limit, now)
		case sectionEvents:
			data[section] = s.eventList(limit)
		case sectionKnobs:
			data[section] = s.knobs.settingList()
		}
	}
	return data
}

const (
	streamPause = 150 * time.Millisecond // between two updates of a page
	streamBeat  = 15 * time.Second       // after which a silent stream shows that it is alive
)

// stream sends a page the sections that change, as server-sent events.
func (s *Sandbox) stream(w http.ResponseWriter, r *http.Request) {
	if err := checkQuery(r.URL.Query(), pageQuery); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError("%v", err))
		return
	}
	at := startOf(r)
	wake := make(chan struct{}, 1)
	s.mu.Lock()
	s.changes.open[wake] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.changes.open, wake)
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	for {
		var err error
		if at, err = s.sendChanges(w, at, limitOf(r)); err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		s.pause(r.Context(), streamPause)
		select {
		case <-wake:
		case <-beat.C:
			if _, err := w.Write([]byte(": alive\n\n")); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

// startOf is the count of changes that a page has seen: that of its last event if it comes back, or none.
func startOf(r *http.Request) int {
	if at, err := strconv.Atoi(r.Header.Get("Last-Event-ID")); err == nil {
		return at
	}
	return -1
}

// sendChanges writes the sections that have changed after at, and returns the count that they are of.
func (s *Sandbox) sendChanges(w http.ResponseWriter, at, limit int) (now int, err error) {
	s.mu.Lock()
	changed, now := s.changes.since(at)
	s.mu.Unlock()
	data := s.pageData(changed, limit)
	var out bytes.Buffer
	for _, section := range changed {
		var part bytes.Buffer
		if err := pageTemplate.ExecuteTemplate(&part, section, data[section]); err != nil {
			return now, err
		}
		out.WriteString("id: " + strconv.Itoa(now) + "\nevent: " + section + "\n")
		for line := range strings.Lines(part.String()) {
			out.WriteString("data: " + strings.NewReplacer("\n", "", "\r", "").Replace(line) + "\n")
		}
		out.WriteString("\n")
	}
	_, err = w.Write(out.Bytes())
	return now, err
}
