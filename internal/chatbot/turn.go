package chatbot

import (
	"context"
	"sync"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// thread names a thread of a chatbot.
type thread struct{ chatbotID, threadID string }

// turns lets one call at a time through for each thread. The zero value is ready.
type turns struct {
	mu sync.Mutex
	of map[thread]chan struct{}
}

// take waits for the turn of a call and returns how to end it, or why ctx ended
// before.
func (t *turns) take(ctx context.Context, thread thread) (leave func(), err error) {
	turn := t.turn(thread)
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	leave = func() { <-turn }
	if err := rest.Over(ctx); err != nil { // both have come at once
		leave()
		return nil, err
	}
	return leave, nil
}

func (t *turns) turn(of thread) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[thread]chan struct{}{}
	}
	turn, ok := t.of[of]
	if !ok {
		turn = make(chan struct{}, 1)
		t.of[of] = turn
	}
	return turn
}
