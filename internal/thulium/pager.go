package thulium

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// pageSize is the most rows that one GET chats returns.
const pageSize = 100

// maxRequests is how many requests one listing may cost.
const maxRequests = 100

// Why a listing cannot be read to its end.
var (
	errTooLong = fmt.Errorf("the listing does not end within %d requests", maxRequests)
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
	query := url.Values{
		"limit":  {strconv.Itoa(pageSize)},
		"offset": {strconv.Itoa(offset)},
	}
	if f.queueID != 0 {
		query.Set("chat_queue_id", strconv.FormatInt(f.queueID, 10))
	}
	for name, value := range map[string]string{"status": f.status, "date_from": f.from, "date_to": f.to} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// budget is how many requests may still be made. Several pagers may share one.
type budget struct{ left int }

func newBudget() *budget { return &budget{maxRequests} }

// pager reads the pages of one listing in their order. All that asks GET chats does
// so through a pager: refresh, import, destroy, the data sources and the search for
// a lost start.
type pager struct {
	client   *Client
	filter   filter
	budget   *budget
	attempts int // for each page, at the most

	offset    int    // rows that were read
	count     int    // rows that match, as the service has told; -1 while it has not
	first     string // id of the last page's first row
	uncounted bool   // what the service counts is not what matches
	full      bool   // a page had as many rows as were asked for
	shrank    bool   // the service counts fewer rows than before: some may have moved to a page that was read
	done      bool   // no page is left
}

func (c *Client) newPager(f filter, b *budget, attempts int) *pager {
	return &pager{client: c, filter: f, budget: b, attempts: attempts, count: -1}
}

// next returns the rows of the next page. Its error is a *rest.Error.
//
// https://apidoc.thulium.com/ (GET chats)
func (p *pager) next(ctx context.Context) ([]Chat, error) {
	if p.budget.left < 1 {
		return nil, p.failure(errTooLong)
	}
	got, requests, err := p.client.page(ctx, p.filter, p.offset, min(p.attempts, p.budget.left))
	p.budget.left -= requests
	if err != nil {
		return nil, err
	}
	if first := got.first(); first != "" && first == p.first {
		return nil, p.failure(errRepeats)
	}
	p.count, p.shrank = p.counted(got)
	p.offset, p.first = p.offset+len(got.Result), got.first()
	p.full = p.full || len(got.Result) == pageSize
	p.done = p.ends(got)
	return got.Result, nil
}

// counted returns how many rows match, once a page was read, and whether they have
// become fewer. A service that counts fewer rows than it has shown counts something
// else, such as those of the page.
func (p *pager) counted(got *page) (count int, shrank bool) {
	rows := len(got.Result)
	if got.Count != nil && rows > 0 && int(*got.Count) < p.offset+rows {
		p.uncounted = true
	}
	switch {
	case p.uncounted:
		return -1, false
	case got.Count == nil || rows == 0 && p.offset == p.count:
		return p.count, false
	}
	return int(*got.Count), int(*got.Count) < p.count
}

// ends reports whether a page is the last. A full page may count its own rows and
// have others behind it. Without a count, a short page is the last only where the
// service has shown that it fills its pages.
func (p *pager) ends(got *page) bool {
	rows := len(got.Result)
	switch {
	case rows == 0:
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

// failure makes an error of the listing one of a call.
func (p *pager) failure(err error) error {
	return &rest.Error{
		Service: service,
		Method:  http.MethodGet,
		URL:     rest.MaskedURL(rest.URL(p.client.BaseURL(), []string{"chats"}, p.filter.query(p.offset))),
		Cause:   err,
	}
}

// page is one answer of GET chats.
type page struct {
	Count  *loose.Number `json:"count"` // of all rows that match, whatever the limit
	Result rows          `json:"result"`
}

// first is the id of the first row, "" where there is none.
func (p *page) first() string {
	if len(p.Result) == 0 {
		return ""
	}
	return text(p.Result[0].ID)
}

// rows are those of a page, of which no more are kept than were asked for.
type rows []Chat

// UnmarshalJSON stops behind pageSize rows: an answer within its limit of bytes may
// have millions of them.
func (r *rows) UnmarshalJSON(raw []byte) error {
	if loose.IsNull(raw) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('[') {
		return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[[]Chat]()}
	}
	*r = rows{}
	for decoder.More() && len(*r) < pageSize {
		var chat Chat
		if err := decoder.Decode(&chat); err != nil {
			return err
		}
		*r = append(*r, chat)
	}
	return nil
}

// page reads one page of the listing with at most attempts requests, and returns
// how many it took.
func (c *Client) page(ctx context.Context, f filter, offset, attempts int) (*page, int, error) {
	var got *page
	result, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        []string{"chats"},
		Query:       f.query(offset),
		Class:       rest.Repeatable,
		Limit:       listingLimit,
		HidesAnswer: true,
		MaxAttempts: attempts,
		Decode: rest.JSON(func(p *page) error {
			if p.Result == nil {
				return errors.New("the answer has no list of chats (result)")
			}
			for i := range p.Result {
				p.Result[i].zone = c.zone
			}
			got = p
			return nil
		}),
	})
	return got, result.Attempts, err
}
