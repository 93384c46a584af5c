package thulium

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// listingPath is the path of GET chats.
var listingPath = []string{"chats"}

// pageSize is the most rows that one GET chats returns.
const pageSize = 100

// maxRequests is how many requests one listing may cost.
const maxRequests = 100

// budget is how many requests some readings may still make.
type budget struct {
	left int
	end  error // why nothing more is read once none is left
}

func newBudget(end error) *budget { return &budget{maxRequests, end} }

// Why a listing cannot be read to its end.
var (
	// ErrTooLong is that a listing has more pages than may be read for it.
	ErrTooLong = fmt.Errorf("the listing does not end within %d requests", maxRequests)
	errUsedUp  = fmt.Errorf("the %d requests that one run may make for one listing are used up", maxRequests)
	errRepeats = errors.New("the listing repeats itself: its pages cannot be told apart")
)

// filter narrows GET chats. Empty fields are not sent. from and to bound the start
// of a chat: "2026-11-22" or "2026-11-22 12:34", in the system's zone.
type filter struct {
	queueID  int64 // 0: every queue
	status   string
	from, to string
}

func (f filter) query(offset int) url.Values {
	queue := ""
	if f.queueID != 0 {
		queue = strconv.FormatInt(f.queueID, 10)
	}
	return query(map[string]string{
		"limit":         strconv.Itoa(pageSize),
		"offset":        strconv.Itoa(offset),
		"chat_queue_id": queue,
		"status":        f.status,
		"date_from":     f.from,
		"date_to":       f.to,
	})
}

// pager reads the pages of one listing in their order. All that asks GET chats does
// so through a pager: refresh, import, destroy, the data sources and the search for
// a lost start.
type pager struct {
	client   *Client
	filter   filter
	budget   *budget // several pagers may share it
	attempts int     // for each page, at the most

	offset    int    // where the next page begins: behind the rows that were read, or at the last of them
	count     int    // rows that match, as the service has told; -1 while it has not
	last      page   // that was read
	overlap   int    // 1 where the next page begins at the last row of the last one, else 0
	uncounted bool   // what the service counts is not what matches
	full      bool   // a page had as many rows as were asked for
	shrank    bool   // rows may have moved to a page that was read: fewer are counted than before, or the last row has left its place
	done      bool   // no page is left
	look      string // the last page: its method, URL and status
}

func (c *Client) newPager(f filter, budget *budget, attempts int) *pager {
	return &pager{client: c, filter: f, budget: budget, attempts: attempts, count: -1}
}

// next returns the rows of the next page. Its error is a *rest.Error.
//
// https://apidoc.thulium.com/ (GET chats)
func (p *pager) next(ctx context.Context) ([]Chat, error) {
	if p.budget.left < 1 {
		return nil, p.failure(p.budget.end)
	}
	var got *page
	result, err := p.client.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        listingPath,
		Query:       p.filter.query(p.offset),
		Class:       rest.Repeatable,
		Limit:       listingLimit,
		HidesAnswer: true,
		MaxAttempts: min(p.attempts, p.budget.left),
		Decode: rest.JSON(func(answer *page) error {
			got = answer
			return got.check(p.client.zone)
		}),
	})
	p.budget.left -= result.Attempts
	if err != nil {
		return nil, err
	}
	if first := got.first(); first != "" && first == p.last.first() {
		return nil, p.failure(errRepeats)
	}
	slipped, fresh := p.overlap > 0 && !p.last.shows(got.first()), got.Result[min(p.overlap, len(got.Result)):]
	p.last, p.look = *got, p.client.rest.Looked(listingPath, result)
	p.take(got.Count, len(got.Result), got.chats())
	p.shrank = p.shrank || slipped
	p.stepBack()
	return fresh, nil
}

// stepBack makes the next page begin at the last row of this one, because rows move up when a chat
// gets another status, and where the service does not count them only that row's place shows it.
func (p *pager) stepBack() {
	p.overlap = 0
	if rows := p.last.Result; !p.done && p.filter.status != "" && p.count <= p.offset && rows[0].key() != rows[len(rows)-1].key() {
		p.overlap = 1
		p.offset--
	}
}

// take counts the rows of a page. A service that counts fewer rows than it has shown
// counts something else than what matches, such as those of the page. One that shows more
// than were asked for counts chats, of which a page may show one in several rows.
func (p *pager) take(count *loose.Number, rows, chats int) {
	p.uncounted = p.uncounted || count != nil && rows > 0 && int(*count) < p.offset+rows
	p.shrank = false
	switch {
	case p.uncounted:
		p.count = -1
	case count != nil && (rows > 0 || p.offset != p.count):
		p.count, p.shrank = int(*count), int(*count) < p.count
	}
	p.offset += min(rows, max(chats, pageSize))
	p.full = p.full || rows >= pageSize
	p.done = p.ends(rows)
}

// ends reports whether a page with so many rows is the last. A full page may count its
// own rows and have others behind it. Without a count, a short page is the last only
// where the service has shown that it fills its pages.
func (p *pager) ends(rows int) bool {
	switch {
	case rows <= p.overlap:
		return true
	case p.count >= 0:
		return p.offset == p.count && (rows < pageSize || rows < p.count)
	default:
		return rows < pageSize && p.full
	}
}

// affordable reports whether the pages that are left fit into the budget, as far as
// the service has counted them.
func (p *pager) affordable() bool {
	return p.count < 0 || (p.count-p.offset+pageSize-1)/pageSize <= p.budget.left
}

// endsEarly returns an error where the service has counted more chats than the rows that its
// pages have shown.
func (p *pager) endsEarly(rows int) error {
	if p.count > rows {
		return p.failure(fmt.Errorf("the listing ends after %d of %d chats", rows, p.count))
	}
	return nil
}

// failure makes an error of the listing one of a call.
func (p *pager) failure(err error) error {
	return &rest.Error{
		Service: service,
		Method:  http.MethodGet,
		URL:     rest.MaskedURL(rest.URL(p.client.BaseURL(), listingPath, p.filter.query(p.offset))),
		Cause:   err,
	}
}

// page is one answer of GET chats.
type page struct {
	envelope
	Count  *loose.Number `json:"count"` // of all rows that match, whatever the limit
	Result []Chat        `json:"result"`
}

// chats returns how many chats the rows are of.
func (p *page) chats() int {
	keys := map[string]bool{}
	for _, chat := range p.Result {
		keys[chat.key()] = true
	}
	return len(keys)
}

// first is the id of the first row, "" where there is none.
func (p *page) first() string {
	if len(p.Result) == 0 {
		return ""
	}
	return text(p.Result[0].ID)
}

// shows reports whether a row is of the chat.
func (p *page) shows(id string) bool {
	return slices.ContainsFunc(p.Result, func(chat Chat) bool { return chat.key() == key(id) })
}

// check refuses an answer without a list, and tells each row the zone of its times.
func (p *page) check(zone *time.Location) error {
	if p.Result == nil {
		return p.lacks("list of chats (result)")
	}
	for i := range p.Result {
		p.Result[i].zone = zone
	}
	return nil
}
