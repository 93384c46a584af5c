package thulium

import (
	"errors"
	"testing"
	"time"
)

func mustBound(t *testing.T, text string) Bound {
	t.Helper()
	if text == "" {
		return Bound{}
	}
	bound, err := ParseBound(text)
	if err != nil {
		t.Fatal(text, err)
	}
	return bound
}

func TestBoundsInTheQuery(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		from, to  string
		needsZone bool
	}{
		"":                          {"", "", false},
		"2026-11-22":                {"2026-11-22", "2026-11-23 00:00", false},
		"2026-11-30":                {"2026-11-30", "2026-12-01 00:00", false},
		"2026-11-22 12:34":          {"2026-11-22 12:34", "2026-11-22 12:34", false},
		"2026-11-22 12:34:56.789":   {"2026-11-22 12:34", "2026-11-22 12:35", true},
		"2026-11-22 12:34:00":       {"2026-11-22 12:34", "2026-11-22 12:34", true},
		"2026-11-22T12:34:56Z":      {"2026-11-22 13:34", "2026-11-22 13:35", true},
		"2026-11-22T12:34:00+05:30": {"2026-11-22 08:04", "2026-11-22 08:04", true},
		"2026-07-22T23:34:00Z":      {"2026-07-23 01:34", "2026-07-23 01:34", true},
		// 02:30 the first time and the second: the service may mean the other one.
		"2026-10-25T00:30:00Z": {"2026-10-25 01:30", "2026-10-25 03:30", true},
		"2026-10-25T01:30:00Z": {"2026-10-25 01:30", "2026-10-25 03:30", true},
	} {
		bound := mustBound(t, text)
		from, to := bound.query(warsaw)
		expect(t, text+" as the first", from, want.from)
		expect(t, text+" as the last", to, want.to)
		expect(t, text+" needs a zone", bound.NeedsZone(), want.needsZone)
	}
	for _, text := range []string{"yesterday", "2026-13-01", "22.11.2026", "2026-11-22 25:00", "2026-11", " 2026-11-22"} {
		if _, err := ParseBound(text); !errors.Is(err, ErrBoundForm) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestBoundsThatLeaveNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"2026-11-23", "2026-11-22", true},
		{"2026-11-22", "2026-11-22", false},
		{"2026-11-22 23:59", "2026-11-22", false},
		{"2026-11-22 12:35", "2026-11-22 12:34", true},
		{"2026-11-22 12:34:30", "2026-11-22 12:34", false},
		{"2026-11-22T12:34:56Z", "2026-11-22T13:34:55+01:00", true},
		{"2026-11-22T12:34:56Z", "2026-11-22T13:34:56+01:00", false},
		{"2026-11-22T12:34:56Z", "2026-11-22 13:30", true},
		{"2026-11-22T12:34:56Z", "2026-11-22 13:35", false},
		{"2026-10-25 02:40:00", "2026-10-25 02:20:00", false}, // the first hour and the second
		{"", "2026-11-22", false},
		{"2026-11-22", "", false},
	} {
		if got := mustBound(t, c.from).After(mustBound(t, c.to), warsaw); got != c.want {
			t.Errorf("%s to %s: got %t", c.from, c.to, got)
		}
	}
	if !mustBound(t, "2026-11-22 12:35").After(mustBound(t, "2026-11-22 12:34"), nil) || mustBound(t, "2026-11-22T12:35:00Z").After(mustBound(t, "2026-11-22 12:34"), nil) {
		t.Error("without a zone, two local times are compared and a moment is not")
	}
}

func TestWhatBoundsAdmit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to, created string
		want              bool
	}{
		{"2026-11-22 12:34:56.789", "", "2026-11-22 12:34:56.788", false},
		{"2026-11-22 12:34:56.789", "", "2026-11-22 12:34:56.789", true},
		{"", "2026-11-22 12:34:56.789", "2026-11-22 12:34:56.789", true},
		{"", "2026-11-22 12:34:56.789", "2026-11-22 12:34:56.790", false},
		{"", "2026-11-22", "2026-11-22 23:59:59.999", true},
		{"", "2026-11-22", "2026-11-23 00:00:00.000", false},
		{"2026-11-22T12:00:00Z", "2026-11-22T12:30:00Z", "2026-11-22 13:15:00.000", true},
		{"2026-11-22T12:00:00Z", "2026-11-22T12:30:00Z", "2026-11-22 12:15:00.000", false},
		{"2026-11-22T12:00:00Z", "2026-11-22T12:30:00Z", "2026-11-22T12:15:00Z", true},
		{"2026-11-22T12:00:00Z", "", "never", true},
		{"2026-10-25T00:00:00Z", "2026-10-25T00:45:00Z", "2026-10-25 02:30:00.000", true}, // the first time
		{"2026-10-25T01:00:00Z", "2026-10-25T01:45:00Z", "2026-10-25 02:30:00.000", true}, // the second
		{"2026-10-25T02:00:00Z", "", "2026-10-25 02:30:00.000", false},
	} {
		chat := Chat{CreatedAt: &c.created, zone: warsaw}
		if got := admits(mustBound(t, c.from), mustBound(t, c.to), chat); got != c.want {
			t.Errorf("%s to %s, %s: got %t", c.from, c.to, c.created, got)
		}
	}
}

// Where the zone is not known, a chat is left out only where it contradicts the bound in every zone.
func TestABoundThatTheServiceIgnores(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to, created string
		inWarsaw, unzoned bool
	}{
		{"2026-11-22", "", "2026-11-22 00:00:00.000", true, true},
		{"2026-11-22", "", "2026-11-21 23:59:59.999", false, true},
		{"2026-11-22", "", "2026-11-20 17:59:59.999", false, false},
		{"2026-11-22 12:34", "", "2026-11-22 12:34:00.000", true, true},
		{"2026-11-22 12:34", "", "2026-11-22", true, true},
		{"2026-11-22 12:34", "", "2026-11-22 12:33:59.999", false, true},
		{"2026-11-22 12:34", "", "2026-11-22T11:33:59Z", false, true},
		{"", "2026-11-22 12:34", "2026-11-22 12:34:59.999", true, true},
		{"", "2026-11-22 12:34", "2026-11-22 12:35:00.000", false, true},
		{"", "2026-11-22 12:34", "2026-11-22T11:35:00Z", false, true},
		{"", "2026-11-22 12:34", "2026-11-23 18:35:00.000", false, false},
		{"", "2026-11-22 12:34", "never", true, true},
		{"", "2026-11-22", "2026-11-23 00:00:00.000", false, false},
	} {
		for zone, want := range map[*time.Location]bool{warsaw: c.inWarsaw, nil: c.unzoned} {
			if got := admits(mustBound(t, c.from), mustBound(t, c.to), Chat{CreatedAt: &c.created, zone: zone}); got != want {
				t.Errorf("%s to %s, %s in zone %v: got %t", c.from, c.to, c.created, zone, got)
			}
		}
	}
}
