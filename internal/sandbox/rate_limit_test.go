package sandbox_test

import (
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestRateLimits(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.ThuliumPerMinute, k.JelouPerMinute, k.ChatbotPerMinute = 2, 2, 2 })
	calls := []func() reply{
		func() reply { return s.start("chat_queue_id=3") }, func() reply { return s.closeJelou("user-1") }, func() reply { return s.thread(sandbox.ThreadID) },
	}
	for _, call := range calls {
		call().is(200)
	}
	s.advance(10 * time.Second)
	for _, call := range calls {
		call().is(200)
		third := call()
		third.is(429)
		expect(t, "seconds", third.header.Get("Retry-After"), "50")
		expect(t, "acted", s.last().Acted, false)
	}
	s.advance(50 * time.Second)
	for _, call := range calls {
		call().is(200) // a minute after the first
		call().is(429) // but only one more
	}
}

func TestFormsOfRetryAfter(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.ThuliumPerMinute = 1 })
	s.started()
	s.advance(15*time.Second + 500*time.Millisecond)
	for form, want := range map[string]string{
		sandbox.RetryAfterSeconds: "45", sandbox.RetryAfterDate: "Sun, 22 Nov 2026 12:01:00 GMT", sandbox.RetryAfterAbsent: "",
		sandbox.RetryAfterZero: "0", sandbox.RetryAfterFraction: "44.55", sandbox.RetryAfterUnit: "45s", sandbox.RetryAfterTwice: "45, 45",
		sandbox.RetryAfterPast: "Sun, 22 Nov 2026 11:00:15 GMT", sandbox.RetryAfterShortDay: "Sun, 22 Nov 2026 12:01:00 GMT",
		sandbox.RetryAfterISO: "2026-11-22T12:01:00Z", sandbox.RetryAfterWords: "in a moment",
	} {
		s.Set(func(k *sandbox.Knobs) { k.RetryAfter = form })
		r := s.start("chat_queue_id=3")
		r.is(429)
		expect(t, form, r.header.Get("Retry-After"), want)
	}
	s.advance(14 * 24 * time.Hour) // a day of one digit
	s.Set(func(k *sandbox.Knobs) { k.RetryAfter = sandbox.RetryAfterShortDay })
	s.started()
	expect(t, "short day", s.start("chat_queue_id=3").header.Get("Retry-After"), "Sun, 6 Dec 2026 12:01:16 GMT")
}
