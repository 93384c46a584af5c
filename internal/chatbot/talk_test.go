package chatbot

import "testing"

// A thread's id counts without case, as everywhere: calls of one thread have one turn.
func TestAThreadHasOneTurnWhateverTheCaseOfItsID(t *testing.T) {
	t.Parallel()
	c := newServer().client()
	if c.talk("c", "AB-1") != c.talk("c", "ab-1") {
		t.Error("two talks")
	}
}
