package sandbox_test

import (
	"testing"
	"time"
)

func TestHold(t *testing.T) {
	t.Parallel()
	arrived := func(s *stage, calls int) {
		for s.Count("thulium.start") < calls {
			time.Sleep(time.Millisecond)
		}
	}
	s := newStage(t)
	release := s.Hold("thulium.start")
	answered := make(chan int)
	go func() { answered <- s.start("chat_queue_id=3").status }()
	arrived(s, 1)
	expect(t, "another call", len(s.listed("")), 0)
	expect(t, "chats while the call is held", len(s.Open()), 0)
	expect(t, "status while it is held", s.Requests()[0].Status, 0)
	expect(t, "clients that have left", release(), 0)
	expect(t, "status", <-answered, 200)
	expect(t, "chats", len(s.Open()), 1)
	expect(t, "the next call", s.start("chat_queue_id=3").status, 200)

	release = s.Hold("thulium.start")
	_ = s.wire(time.Minute).Close()
	for len(s.Open()) < 3 {
		time.Sleep(time.Millisecond)
	}
	expect(t, "clients that have left", release(), 1)
	expect(t, "the same, asked again", release(), 1)

	s.Hold("thulium.start")
	go func() { answered <- s.start("chat_queue_id=3").status }()
	arrived(s, 4)
	s.Close()
	expect(t, "status of a call that nobody releases", <-answered, 200)
}
