package thulium

import (
	"encoding/json"
	"testing"
	"time"
)

func TestClosed(t *testing.T) {
	t.Parallel()
	closed, open, ended, empty, zero := "CLOSED", "CREATED", "2024-11-22 12:34:56.789", "", "0000-00-00 00:00:00"
	for name, c := range map[string]struct {
		chat Chat
		want bool
	}{
		"the status says so":                 {Chat{Status: &closed}, true},
		"a closing time says so":             {Chat{Status: &open, ClosedAt: &ended}, true},
		"both say so":                        {Chat{Status: &closed, ClosedAt: &ended}, true},
		"neither says so":                    {Chat{Status: &open}, false},
		"an empty closing time says nothing": {Chat{Status: &open, ClosedAt: &empty}, false},
		"nor does a date of nothing":         {Chat{Status: &open, ClosedAt: &zero}, false},
		"the status says so all the same":    {Chat{Status: &closed, ClosedAt: &zero}, true},
		"nothing is known":                   {Chat{}, false},
	} {
		if got := c.chat.Closed(); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	for _, none := range []string{
		"0000-00-00", "0000-00-00 00:00:00.000", "0", " ", "0000-00-00T00:00:00Z", "0000-00-00 00:00:00.000+00:00", "0000-00-00 00:00:00 +01:00",
		"-0001-11-30T00:00:00+01:24", "-", "yesterday", "true", "N/A",
		"1970-01-01", "1970-01-01 01:00:00.000", "1969-12-31 19:00:00", "0001-01-01 00:00:00", "0001-01-01T00:00:00Z", "9999-12-31 23:59:59",
		`{"date":"-0001-11-30 00:00:00.000000","timezone_type":3,"timezone":"UTC"}`,
	} {
		if (Chat{Status: &open, ClosedAt: &none}).Closed() {
			t.Errorf("%q closes a chat", none)
		}
		if !(Chat{Status: &closed, ClosedAt: &none}).Closed() {
			t.Errorf("%q keeps a chat open that is closed", none)
		}
	}
	for _, some := range []string{"2024-11-22T12:34:56Z", "2000-10-30 00:00:00", "22.11.2026", "1764072896", "2024-11-22"} {
		if !(Chat{Status: &open, ClosedAt: &some}).Closed() {
			t.Errorf("%q does not close a chat", some)
		}
	}
	if lower := "closed"; (Chat{Status: &lower, ClosedAt: &empty}).Closed() {
		t.Error("a status that nobody documents closes a chat")
	}
}

// A chat cannot be over before it began, or in the future.
func TestAClosingTimeThatCannotBe(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	local := func(after time.Duration, zone *time.Location) string { return now.Add(after).In(zone).Format(millis) }
	for name, c := range map[string]struct {
		created, closed string
		zone            *time.Location
		want            bool
	}{
		"hours before the start":                      {"2024-11-22 12:34:56.789", "2024-11-22 10:34:56.788", nil, false},
		"before the start, without its fractions":     {"2024-11-22 12:34:56.789", "2024-11-22 12:34:56", nil, true},
		"before the start, as the clocks show it":     {"2024-10-27 02:50:00.000", "2024-10-27 02:10:00.000", nil, true},
		"hours before the start, both with a zone":    {"2024-11-22T12:34:56Z", "2024-11-22T10:34:55Z", nil, false},
		"with the start":                              {"2024-11-22 12:34:56.789", "2024-11-22 12:34:56.789", nil, true},
		"on the day of the start":                     {"2024-11-22 12:34:56.789", "2024-11-22", nil, true},
		"the day before":                              {"2024-11-22 12:34:56.789", "2024-11-21", nil, false},
		"hours before the start, in the zone":         {"2024-11-22 12:34:56.789", "2024-11-22 10:34:56.788", warsaw, false},
		"in the hour that the clocks repeat":          {"2024-10-27 02:50:00.000", "2024-10-27 02:10:00.000", warsaw, true},
		"a start that cannot be read":                 {"soon", "2024-11-22 12:34:56.788", nil, true},
		"tomorrow":                                    {"", local(40*time.Hour, time.UTC), nil, false},
		"later today, where the zone may be ahead":    {"", local(time.Hour, time.UTC), nil, true},
		"in an hour, in the zone":                     {"", local(time.Hour, warsaw), warsaw, false},
		"in a minute, in the zone: clocks may differ": {"", local(time.Minute, warsaw), warsaw, true},
		"a minute ago, in the zone":                   {"", local(-time.Minute, warsaw), warsaw, true},
		"with its zone, in an hour":                   {"", now.Add(time.Hour).Format(time.RFC3339), nil, false},
	} {
		if got := (Chat{CreatedAt: &c.created, ClosedAt: &c.closed, zone: c.zone}).Closed(); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`null`: false, `false`: false, `""`: false, `[]`: false, `{}`: false, `0`: false, `"0000-00-00 00:00:00"`: false,
		`"2024-11-22 12:34:56.789"`: true, `1764072896`: true, `{"date":"2024-11-22 12:34:56.789000","timezone":"UTC"}`: true,
		`true`: false, `{"date":null,"timezone":"UTC"}`: false, `{"date":"-0001-11-30 00:00:00.000000","timezone_type":3,"timezone":"UTC"}`: false,
	} {
		var chat Chat
		if err := json.Unmarshal([]byte(`{"status":"CREATED","closed_at":`+raw+`}`), &chat); err != nil || chat.Closed() != want {
			t.Errorf("closed_at %s: closed is %t, want %t; %v", raw, chat.Closed(), want, err)
		}
	}
	var chat Chat
	if err := json.Unmarshal([]byte(`{"conversation_id":365062948587045457,"Chat_Queue_ID":"3","customer_id":7.0}`), &chat); err != nil ||
		text(chat.ID) != "365062948587045457" || *chat.QueueID != 3 || *chat.CustomerID != 7 {
		t.Errorf("got %+v and %v", chat, err)
	}
}

func TestHasEmail(t *testing.T) {
	t.Parallel()
	email := "Jan@Example.org"
	if chat := (Chat{ClientEmail: &email}); !chat.HasEmail("jan@example.ORG") || chat.HasEmail("an@example.org") || (Chat{}).HasEmail("jan@example.org") {
		t.Error("an e-mail address is compared wrongly")
	}
}

func TestStartedOn(t *testing.T) {
	t.Parallel()
	for created, want := range map[string]string{
		"2017-12-11 10:23:04.318": "2017-12-11", "2017-12-11": "2017-12-11", "2017-12-11T10:23:04Z": "2017-12-11",
		"": "", "2017-12": "", "2017-13-11 10:23:04": "", "11.12.2017 10:23": "",
	} {
		day, known := Chat{CreatedAt: &created}.StartedOn()
		if known != (want != "") || known && day.Format(time.DateOnly) != want {
			t.Errorf("%q: got %s and %t, want %s", created, day, known, want)
		}
	}
	if _, known := (Chat{}).StartedOn(); known {
		t.Error("a chat without a start has one")
	}
}

// What is older may be stopped: in doubt it is not.
func TestOlderThan(t *testing.T) {
	t.Parallel()
	now := time.Now()
	in := func(at time.Time) string { return at.In(warsaw).Format(millis) }
	for created, want := range map[string]bool{
		in(now.Add(-61 * time.Minute)): true, in(now.Add(-59 * time.Minute)): false, in(now.Add(time.Hour)): false,
		now.Add(-61 * time.Minute).UTC().Format(time.RFC3339): true, now.Add(-59 * time.Minute).UTC().Format(time.RFC3339): false,
		"": false, "long ago": false, now.AddDate(0, 0, -3).Format(time.DateOnly): true,
	} {
		if got := (Chat{CreatedAt: &created, zone: warsaw}).olderThan(time.Hour); got != want {
			t.Errorf("%q: got %t", created, got)
		}
	}
	// 02:30 may be 00:30 UTC or 01:30 UTC: the later one.
	repeated := "2024-10-27 02:30:00.000"
	age := now.Sub(at("2024-10-27T01:00:00Z"))
	if (Chat{CreatedAt: &repeated, zone: warsaw}).olderThan(age) || !(Chat{CreatedAt: &repeated, zone: warsaw}).olderThan(age-31*time.Minute) {
		t.Error("an hour that the clocks repeat is not the later one")
	}
	inBubble(t, "to the moment", func(t *testing.T) {
		created := in(time.Now().Add(-time.Hour))
		chat := Chat{CreatedAt: &created, zone: warsaw}
		expect(t, "an hour", chat.olderThan(time.Hour), true)
		expect(t, "a moment more", chat.olderThan(time.Hour+1), false)
	})
}
