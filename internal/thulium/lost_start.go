package thulium

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// maxCandidates is how many candidates a lost start is answered with.
const maxCandidates = 10

// briefSearch is how long the search for candidates may still take when its
// context has ended: who is interrupted once more leaves without a word of them.
const briefSearch = 10 * time.Second

// Candidate is an open chat that a lost start may have opened.
type Candidate struct {
	Chat

	Matches bool // it shows the e-mail address, the customer id or the name that was sent

	rank     rank
	distance time.Duration // from the attempt
}

// LostStart is what the listing shows of a start whose answer was lost.
type LostStart struct {
	Adopted    *Chat       // the chat that was taken for the started one
	Candidates []Candidate // ten at the most; those that match what was sent come first
	More       int         // how many others fit
}

// FindLostStart looks for the chat that a start of unknown outcome has opened. Its
// last attempt began at the given time and has just ended. Candidates are open chats
// of its queue that began while the attempt lasted, five minutes either way, were not
// opened by another start of this client or stopped by it, and show no other customer
// than was sent.
// Chats that no other lost start of this client was answered with come first, then
// those that began nearest to the attempt.
//
// With adopt, and where the system's zone is known, the one candidate that shows the
// e-mail address or the customer id that was sent is taken: later searches pass it
// over. Where there are none or several, none is taken.
//
// A search that ctx, or an interrupt, has kept from its end is made again: of
// briefSearch, and with one attempt for each page, so that no pause is waited out.
// Beside the error of a listing that cannot be read whole, the candidates are those that were
// read, and none is taken.
// The time-out of an attempt alone bounds how long other starts are waited for: they
// would look like strangers' chats.
func (c *Client) FindLostStart(ctx context.Context, request StartRequest, began time.Time, adopt bool) (LostStart, error) {
	ended := time.Now()
	listed := filter{queueID: request.QueueID, from: windowStart(began, c.zone)}
	chats, err := c.readAll(ctx, listed, maxRequests)
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Ended != nil {
		brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), briefSearch)
		defer cancel()
		again, failure := c.readAll(brief, listed, 1)
		if err = failure; err == nil || len(again) > len(chats) {
			chats = again
		}
	}
	if len(chats) == 0 {
		return LostStart{}, err
	}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.rest.Timeout())
	defer cancel()
	c.starts.wait(waiting)

	chats = slices.DeleteFunc(chats, func(chat Chat) bool {
		return chat.key() == "" || chat.Closed() || chat.QueueID != nil && *chat.QueueID != request.QueueID ||
			!chat.startedWithin(began.Add(-clockSkew), ended.Add(clockSkew))
	})
	return c.starts.choose(request.candidates(chats, began), adopt && c.zone != nil && err == nil), err
}

// candidates returns the chats that are not another customer's, the likeliest first.
func (r StartRequest) candidates(chats []Chat, began time.Time) []Candidate {
	var out []Candidate
	for _, chat := range chats {
		candidate := Candidate{Chat: chat, rank: r.rank(chat), distance: unknownDistance}
		candidate.Matches = candidate.rank >= sameName
		if created := chat.started(); created.exact() {
			candidate.distance = created.distance(began, chat.zone)
		}
		if candidate.rank != otherCustomer {
			out = append(out, candidate)
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.distance, b.distance), cmp.Compare(text(b.CreatedAt), text(a.CreatedAt)))
	})
	return out
}

// unknownDistance is that of a chat whose start cannot be read.
const unknownDistance = 1<<63 - 1

// adoptable reports whether a candidate may be taken for the started chat. One of an hour that
// the clocks repeat may have begun an hour from the attempt.
func (c Candidate) adoptable() bool {
	first, last := c.started().moments(c.zone)
	return c.rank == sameCustomer && c.distance != unknownDistance && first.Equal(last)
}

// choose returns those of the candidates that are told, or takes the one that may be
// adopted, unless its id cannot be stored. It takes note of both.
func (s *starts) choose(candidates []Candidate, adopt bool) LostStart {
	s.mu.Lock()
	defer s.mu.Unlock()
	candidates = slices.DeleteFunc(candidates, func(c Candidate) bool { return s.ids[c.key()] })
	if adopt {
		fits := slices.DeleteFunc(slices.Clone(candidates), func(c Candidate) bool { return !c.adoptable() })
		if len(fits) == 1 && CheckID(text(fits[0].ID)) == nil {
			s.ids[fits[0].key()] = true
			return LostStart{Adopted: &fits[0].Chat}
		}
	}
	told := s.told(candidates)
	for _, c := range told {
		s.named[c.key()] = true
	}
	return LostStart{Candidates: told, More: len(candidates) - len(told)}
}

// told returns at most maxCandidates of the candidates, of which the first is the
// likeliest: those that were not named before, then the nearest. The likeliest is
// always among them if it shows what was sent. Those that match come first.
func (s *starts) told(candidates []Candidate) []Candidate {
	told := slices.Clone(candidates)
	slices.SortStableFunc(told, func(a, b Candidate) int {
		return cmp.Or(
			compareBool(s.named[a.key()], s.named[b.key()]),
			compareBool(a.rank == otherName, b.rank == otherName),
			cmp.Compare(a.distance, b.distance),
		)
	})
	if len(told) > maxCandidates {
		told = told[:maxCandidates]
		likeliest := candidates[0]
		if likeliest.Matches && !slices.ContainsFunc(told, func(c Candidate) bool { return c.key() == likeliest.key() }) {
			told[maxCandidates-1] = likeliest
		}
	}
	slices.SortStableFunc(told, func(a, b Candidate) int { return compareBool(b.Matches, a.Matches) })
	return told
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	order := map[bool]int{false: 0, true: 1}
	return cmp.Compare(order[a], order[b])
}
