package thulium

import (
	"math/rand/v2"
	"testing"
	"time"
)

const millis = "2006-01-02 15:04:05.000"

// at returns a moment.
func at(text string) time.Time {
	moment, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return moment
}

// created returns a chat that began at a moment, as a system writes it whose clock
// is offset from UTC.
func created(at time.Time, offset time.Duration) Chat {
	local := at.UTC().Add(offset).Format(millis)
	return Chat{CreatedAt: &local}
}

func TestAChatIsInTheWindowAtAnyQuarterHourOffset(t *testing.T) {
	t.Parallel()
	from := at("2026-11-22T23:59:30Z")
	to := from.Add(3 * time.Minute)
	moments := map[time.Duration]bool{ // since from
		-11 * time.Minute: false, -time.Minute: false, -time.Millisecond: false,
		0: true, time.Millisecond: true, 90 * time.Second: true, 3 * time.Minute: true,
		3*time.Minute + time.Millisecond: false, 10 * time.Minute: false, 15*time.Minute - time.Millisecond: false,
	}
	checked := 0
	for offset := -15 * time.Hour; offset <= 15*time.Hour; offset += 15 * time.Minute {
		for since, want := range moments {
			checked++
			// Outside of the window at every offset, or inside at one: the same.
			if got := created(from.Add(since), offset).startedWithin(from, to); got != want {
				t.Errorf("%s after the start at %s: got %t, want %t", since, offset, got, want)
			}
		}
		if created(from.Add(90*time.Second), offset+7*time.Minute).startedWithin(from, to) {
			t.Errorf("%s and 7 minutes is taken for the offset of a zone", offset)
		}
	}
	expect(t, "checked", checked, 121*len(moments))
}

func TestAChatIsNotInTheWindowBeyondEveryZone(t *testing.T) {
	t.Parallel()
	from := at("2026-11-22T12:00:00Z")
	to := from.Add(time.Minute)
	for offset, want := range map[time.Duration]bool{
		15 * time.Hour: true, -15 * time.Hour: true,
		15*time.Hour + 15*time.Minute: false, -15*time.Hour - 15*time.Minute: false,
		24 * time.Hour: false, -24 * time.Hour: false, 1000 * 24 * time.Hour: false, -1000 * 24 * time.Hour: false,
	} {
		if got := created(from.Add(30*time.Second), offset).startedWithin(from, to); got != want {
			t.Errorf("%s: got %t", offset, got)
		}
	}
	for at, want := range map[string]bool{
		"9999-12-31 12:00:30.000": false, "0001-01-01 12:00:30": false, "2026-11-22 12:00:30": true,
		"2026-11-22T12:00:30": true, "2026-11-22T12:10:30.123": false, // with a T, in any zone
		"2026-11-22T12:00:30Z": true, "2026-11-22T13:00:30.123+01:00": true, "2026-11-22 13:00:30+0100": true, "2026-11-22 13:00:30 +01:00": true,
		"2026-11-22 13:00:30+01": true, "2026-11-22T13:00:30Z": false, "2026-11-22T12:00:30+01:00": false, "2026-11-22 12:00:30+0100": false,
		"2026-11-22 12:00:30 +01:00": false, "2026-11-22 12:00:30+01": false,
		"": true, "yesterday": true, "2026-11-22": true, "2026-11-22 12:00": true, // what cannot be read exactly fits
	} {
		if got := (Chat{CreatedAt: &at}).startedWithin(from, to); got != want {
			t.Errorf("%q: got %t", at, got)
		}
	}
	if !(Chat{}).startedWithin(from, to) {
		t.Error("a chat that does not say when it began is left out")
	}
}

func TestTheWindowByTryingEveryOffset(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	fits := 0
	for range 20_000 {
		from := time.Date(2026, 11, 22, random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
		to := from.Add(time.Duration(random.IntN(16*60)) * time.Second)
		chat := created(from, time.Duration(random.IntN(64*3600)-32*3600)*time.Second)
		local, _ := time.Parse(millis, *chat.CreatedAt)
		want := false
		for quarter := -60; quarter <= 60; quarter++ {
			at := local.Add(-time.Duration(quarter) * 15 * time.Minute)
			want = want || !at.Before(from) && !at.After(to)
		}
		if want {
			fits++
		}
		if got := chat.startedWithin(from, to); got != want {
			t.Fatalf("%s from %s to %s: got %t", *chat.CreatedAt, from, to, got)
		}
	}
	if fits < 1000 || fits > 19_000 {
		t.Errorf("%d of 20000 fit: that says little", fits)
	}
}

// The clocks of Warsaw show 02:00 to 03:00 of 25 October 2026 twice, and that of 29
// March 2026 never.
func TestMomentsOfAZone(t *testing.T) {
	t.Parallel()
	for wall, want := range map[string][2]string{
		"2026-11-22 12:00:00":       {"2026-11-22T11:00:00Z", "2026-11-22T11:00:00Z"},
		"2026-07-22 12:00:00":       {"2026-07-22T10:00:00Z", "2026-07-22T10:00:00Z"},
		"2026-10-25 01:59:59":       {"2026-10-24T23:59:59Z", "2026-10-24T23:59:59Z"},
		"2026-10-25 02:30:00":       {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		"2026-10-25 03:00:00":       {"2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"},
		"2026-03-29 03:00:00":       {"2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		"2026-10-25T02:30:00+02:00": {"2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"},
	} {
		read := parseStamp(wall)
		first, last := read.moments(warsaw)
		if !read.known || !first.Equal(at(want[0])) || !last.Equal(at(want[1])) {
			t.Errorf("%s: got %s and %s", wall, first.UTC(), last.UTC())
		}
	}
	skipped := parseStamp("2026-03-29 02:30:00")
	if first, last := skipped.moments(warsaw); first.Before(at("2026-03-29T00:30:00Z")) || last.After(at("2026-03-29T01:30:00Z")) {
		t.Errorf("an hour that does not exist: got %s and %s", first, last)
	}
	unknown := parseStamp("2026-11-22 12:00:00")
	if first, last := unknown.moments(nil); !first.Equal(at("2026-11-21T21:00:00Z")) || !last.Equal(at("2026-11-23T03:00:00Z")) {
		t.Errorf("without a zone: got %s and %s", first, last)
	}
}

func TestAZoneMakesTheWindowExact(t *testing.T) {
	t.Parallel()
	from := at("2026-10-25T01:20:00Z") // 02:20 the second time
	to := from.Add(10 * time.Minute)
	for wall, want := range map[string]bool{
		"2026-10-25 02:25:00": true, "2026-10-25 02:35:00": false, "2026-10-25 03:25:00": false, "2026-10-25 01:25:00": false, "2026-10-25 02:19:59": false,
	} {
		if got := (Chat{CreatedAt: &wall, zone: warsaw}).startedWithin(from, to); got != want {
			t.Errorf("%s: got %t", wall, got)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	began := at("2026-11-22T12:00:00Z")
	for wall, want := range map[string]struct{ zoned, any time.Duration }{
		"2026-11-22 13:00:02":  {2 * time.Second, 2 * time.Second},
		"2026-11-22 12:59:50":  {10 * time.Second, 10 * time.Second},
		"2026-11-22 13:08:00":  {8 * time.Minute, 7 * time.Minute},
		"2026-11-22 15:00:01":  {2*time.Hour + time.Second, time.Second},
		"2026-11-22T12:00:03Z": {3 * time.Second, 3 * time.Second},
	} {
		read := parseStamp(wall)
		expect(t, wall+" in the zone", read.distance(began, warsaw), want.zoned)
		expect(t, wall+" in any", read.distance(began, nil), want.any)
	}
}

func TestWindowStart(t *testing.T) {
	t.Parallel()
	for moment, want := range map[string]string{
		"2026-11-22T00:00:00Z":      "2026-11-21",
		"2026-11-22T23:59:59Z":      "2026-11-21",
		"2026-11-22T00:30:00+14:00": "2026-11-20",
		"2026-03-01T12:00:00Z":      "2026-02-28",
		"2027-01-01T12:00:00-12:00": "2027-01-01", // the second in UTC
	} {
		got := windowStart(at(moment), nil)
		expect(t, moment, got, want)
		// The day begins there or before it, in whatever zone the system is.
		for offset := -12; offset <= 14; offset++ {
			if local := at(moment).In(time.FixedZone("", offset*3600)).Format(time.DateOnly); local < got {
				t.Errorf("%s at %+d hours is on %s, before %s", moment, offset, local, got)
			}
		}
	}
	for moment, want := range map[string]string{
		"2026-11-22T12:00:00Z": "2026-11-22", "2026-11-22T23:30:00Z": "2026-11-22", // 00:30, and an hour for the call
		"2026-11-23T00:30:00Z": "2026-11-23",
	} {
		expect(t, moment+" in Warsaw", windowStart(at(moment), warsaw), want)
	}
}
