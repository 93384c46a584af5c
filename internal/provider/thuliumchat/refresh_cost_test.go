package thuliumchat_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumNoon is noon of yesterday: what begins there begins on one day, so that
// the listing is extended backwards for none of it.
func thuliumNoon() time.Time {
	const day = 24 * time.Hour
	return time.Now().UTC().Truncate(day).Add(-day / 2)
}

// 1,000 conversations of a queue with 1,000 chats cost ten requests a refresh.
func TestThuliumRefreshOfAThousand(t *testing.T) {
	t.Parallel()
	for _, order := range []string{sandbox.NewestFirst, sandbox.OldestFirst} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.ListOrder = order })
			began := thuliumNoon()
			kept := thuliumFiled(s, 1000, 3, func(i int) time.Time { return began.Add(time.Duration(i) * time.Second) })
			for i := 0; i < len(kept); i += 7 {
				s.CloseConversation(kept[i].State["id"].(string))
			}
			after, diags := thuliumRefreshed(s.Quick(t), kept)
			if len(diags) > 0 {
				t.Error(providertest.Said(diags))
			}
			for i := range after {
				if gone := after[i].State == nil; gone != (i%7 == 0) {
					t.Fatalf("conversation %d: gone is %t", i, gone)
				}
			}
			if n := s.Count("*"); n > 10 || n != s.Count("thulium.list") {
				t.Errorf("%d requests, want 10 of the listing at the most", n)
			}
		})
	}
}

// Pages are read only until what was asked for is found.
func TestThuliumRefreshOfOneAmongMany(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	began := thuliumNoon()
	kept := thuliumFiled(s, 1000, 3, func(i int) time.Time { return began.Add(time.Duration(i) * time.Second) })
	w := s.Quick(t)
	for _, step := range []struct{ conversation, requests int }{{999, 1}, {950, 1}, {850, 2}, {999, 2}, {1, 10}, {500, 10}} {
		if _, diags := w.Refresh("thulium_chat_conversation", kept[step.conversation]); len(diags) > 0 {
			t.Error(providertest.Said(diags))
		}
		if n := s.Count("thulium.list"); n != step.requests {
			t.Errorf("conversation %d: %d requests so far, want %d", step.conversation, n, step.requests)
		}
	}
}

// A conversation that is over and kept is not asked for, and so does not draw the
// window back for the others of its queue.
func TestThuliumRefreshOfWhatIsOver(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	now := time.Now()
	kept := thuliumFiled(s, 2, 3, func(i int) time.Time { return now.AddDate(0, 0, -200*i) })
	over := kept[1]
	over.State["on_closed"], over.State["status"], over.State["closed_at"] = "keep", "CLOSED", "2026-05-01 10:00:00.000"
	w := s.Quick(t)
	for range 2 { // the second time beside what was listed
		after, diags := w.Refresh("thulium_chat_conversation", over)
		if len(diags) > 0 || after.State["status"] != "CLOSED" || after.State["closed_at"] != over.State["closed_at"] {
			t.Errorf("the state is %v; %s", after.State, providertest.Said(diags))
		}
		_, diags = w.Refresh("thulium_chat_conversation", kept[0])
		w.Must(nil, diags)
	}
	requests := providertest.Saw(t, s, "thulium.list")
	if from := requests[0].Query.Get("date_from"); len(requests) != 1 || from < now.AddDate(0, 0, -3).Format(time.DateOnly) {
		t.Errorf("the window begins on %s", from)
	}
}

// Each further day costs one request, the days are never read twice, and their
// windows meet without a gap.
func TestThuliumRefreshOfManyDays(t *testing.T) {
	t.Parallel()
	const days = 60
	for name, arrange := range map[string]func([]providertest.Object){
		"latest first":   func([]providertest.Object) {},
		"earliest first": slices.Reverse[[]providertest.Object],
		"any order": func(kept []providertest.Object) {
			rand.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			began := time.Now()
			kept := thuliumFiled(s, days, 3, func(i int) time.Time { return began.AddDate(0, 0, -i) })
			arrange(kept)
			after, diags := thuliumRefreshed(s.Quick(t), kept)
			if len(diags) > 0 {
				t.Error(providertest.Said(diags))
			}
			for _, o := range after {
				if o.State["status"] != "CREATED" {
					t.Fatalf("not found: %v", o.State)
				}
			}
			requests := s.Requests()
			if len(requests) > days {
				t.Errorf("%d requests, want %d at the most", len(requests), days)
			}
			slices.SortFunc(requests, func(a, b sandbox.Request) int {
				return cmp.Compare(b.Query.Get("date_from"), a.Query.Get("date_from"))
			})
			end := ""
			for _, request := range requests {
				from, to := request.Query.Get("date_from"), request.Query.Get("date_to")
				if _, err := time.Parse(time.DateOnly, from); err != nil || to != end || request.Query.Get("chat_queue_id") != "3" {
					t.Errorf("a window from %q to %q, want it to end with %q", from, to, end)
				}
				end = from + " 00:00"
			}
		})
	}
}

// A chat that began with the first moment of a day is in one window or the other,
// whether or not an upper bound takes its minute in.
func TestThuliumRefreshAtMidnight(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 3600)
	now := time.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	for _, exclusive := range []bool{false, true} {
		s := providertest.New(t, sandbox.Options{Location: zone})
		s.Set(func(k *sandbox.Knobs) { k.DateToStart = exclusive })
		kept := thuliumFiled(s, 10, 3, func(i int) time.Time { return midnight.AddDate(0, 0, -i) })
		after, diags := thuliumRefreshed(s.Quick(t), kept)
		if len(diags) > 0 {
			t.Error(providertest.Said(diags))
		}
		for _, o := range after {
			if o.State["status"] != "CREATED" {
				t.Errorf("exclusive %t: not found: %v", exclusive, o.State)
			}
		}
	}
}

// A listing without an end, or one that is dropped again and again, costs a
// hundred requests for a queue and no more.
func TestThuliumRefreshIsBounded(t *testing.T) {
	t.Parallel()
	t.Run("no end", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages, k.ListOrder = 100, sandbox.OldestFirst })
		thuliumFiled(s, 101, 3, func(int) time.Time { return time.Now() })
		kept := []providertest.Object{thuliumKept("0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7", 3, time.Now())}
		w := s.Quick(t)
		_, diags := thuliumRefreshed(w, append(kept, kept...))
		thuliumBoundWarning(t, s, diags)
		w.MustApply(resourceName, kept[0], nil)
	})
	t.Run("dropped", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		began := time.Now()
		kept := thuliumFiled(s, 120, 3, func(int) time.Time { return began })
		w := s.Quick(t)
		var all []*tfprotov6.Diagnostic
		for _, o := range kept {
			_, diags := w.Refresh("thulium_chat_conversation", o)
			all = append(all, diags...)
			w.MustApply(resourceName, o, nil)
		}
		if stops := s.Count("thulium.stop"); stops != len(kept) {
			t.Errorf("%d stops, want %d", stops, len(kept))
		}
		thuliumBoundWarning(t, s, all)
	})
	t.Run("failing", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 502})
		began := time.Now()
		kept := thuliumFiled(s, 60, 3, func(int) time.Time { return began })
		w := s.Quick(t)
		var all []*tfprotov6.Diagnostic
		for _, o := range kept {
			_, diags := w.Refresh("thulium_chat_conversation", o)
			all = append(all, diags...)
			w.MustApply(resourceName, o, nil) // makes the next one ask again
		}
		thuliumBoundWarning(t, s, all)
	})
}

func thuliumBoundWarning(t *testing.T, s *providertest.Stage, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if n := s.Count("thulium.list"); n != 100 {
		t.Errorf("%d requests of the listing, want 100", n)
	}
	if len(diags) != 1 || providertest.Failed(diags) {
		t.Fatalf("want one warning, got: %s", providertest.Said(diags))
	}
	providertest.Has(t, providertest.Said(diags), "thulium.refresh = false")
}
