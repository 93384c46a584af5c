// Package rest makes one HTTP exchange with a customer-service system and says
// what is known about its outcome. The clients of the three services share it:
// credentials, the at-most-once rule, back-off, limits, masking and logging
// stand here once. It knows neither a service nor Terraform's types.
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

// Policy says how often and how long a call is tried.
type Policy struct {
	Timeout    time.Duration // of one attempt, from asking for a connection to the last byte
	MaxRetries int           // attempts after the first
	WaitMin    time.Duration // shortest back-off between two attempts
	WaitMax    time.Duration // longest back-off, also the most that Retry-After may ask for
}

// Config describes one service as one provider configuration sees it.
type Config struct {
	Service           string                  // its name in messages, "Thulium"
	BaseURL           string                  // everything before the path of a call
	Authorize         func(http.Header)       // puts the credentials into a request
	Secrets           []string                // values that no message and no log line may show
	HideURLs          bool                    // addresses in the service's own words may grant access: mask them too
	Fault             func(body []byte) Fault // reads the service's error envelope
	UserAgent         string
	RequestsPerMinute int64 // 0: no limit
	Policy            Policy
	Transport         http.RoundTripper
	Interrupt         *Interrupt
	LogBodies         bool // bodies at TRACE instead of their size
}

// Client makes calls to one service. It is safe for concurrent use.
type Client struct {
	config  Config
	base    string
	limiter *rate.Limiter
	mask    *Mask
}

// New returns a client for the service that config describes. It makes no call.
func New(config Config) *Client {
	limit := rate.Inf
	if config.RequestsPerMinute > 0 {
		limit = rate.Limit(float64(config.RequestsPerMinute) / 60)
	}
	return &Client{
		config:  config,
		base:    strings.TrimRight(config.BaseURL, "/"),
		limiter: rate.NewLimiter(limit, 1),
		mask:    NewMask(config.Secrets, config.HideURLs),
	}
}

// Call is one request and what is expected of its answer.
type Call struct {
	Method      string
	Path        []string // elements, each of them escaped
	Query       url.Values
	Body        any      // sent as JSON; nil: an empty body
	Class       Class    // whether it may be sent again when its outcome is unknown
	Limit       int64    // bytes that an answer may have
	Personal    []string // values sent with it, masked in the service's words
	HidesAnswer bool     // the answer carries personal data: errors quote no JSON of it
	MaxAttempts int      // fewer than the policy allows; 0: the policy alone
	Decode      Decoder  // reads the answer of a 2xx; nil: the status alone decides
}

// Decoder reads a whole answer. It is called once for each attempt that was
// answered with a 2xx, and its error makes the outcome of that attempt unknown.
type Decoder func(io.Reader) error

// Exchange tells what a call cost.
type Exchange struct {
	Attempts int // requests that were put on the wire, or tried to be
	Status   int // of the last answer; 0 when there was none
}

// BaseURL returns the configured base URL without a trailing slash.
func (c *Client) BaseURL() string { return c.base }

// Timeout returns how long one attempt may take.
func (c *Client) Timeout() time.Duration { return c.config.Policy.Timeout }

// Waits returns a context for the pauses of one operation: it ends with ctx and
// also when the process is told to stop, while requests under ctx go on.
func (c *Client) Waits(ctx context.Context) (context.Context, context.CancelFunc) {
	return c.config.Interrupt.bind(ctx)
}

// Learn adds a value that grants access, seen in an answer, to what is masked.
func (c *Client) Learn(secret string) { c.mask.Learn(secret) }

// Do makes the call, repeats it as its class and the outcomes allow, and returns
// nil when it is done. Every other error is an *Error.
func (c *Client) Do(ctx context.Context, call Call) (Exchange, error) {
	x, err := c.newExchange(ctx, call)
	if err != nil {
		return Exchange{}, err
	}
	waits, cancel := c.Waits(ctx)
	defer cancel()

	client := retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: x,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
		RetryMax:     x.retries,
		CheckRetry:   x.checkRetry,
		Backoff:      x.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	var body any // stays nil for no body: an empty one would be sent in chunks
	if call.Body != nil {
		body = x.body
	}
	request, err := retryablehttp.NewRequestWithContext(waits, call.Method, x.url, body)
	if err != nil {
		return Exchange{}, x.notSent(err)
	}
	response, err := client.Do(request)
	if response != nil {
		_ = response.Body.Close()
	}
	if x.last == nil && err == nil {
		return Exchange{Attempts: x.attempts, Status: x.status}, nil
	}
	return Exchange{Attempts: x.attempts, Status: x.status}, x.failure(waits, err)
}

// URL returns base followed by the escaped path elements and the query.
func URL(base string, path []string, query url.Values) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(base, "/"))
	for _, element := range path {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(element))
	}
	if len(query) > 0 {
		b.WriteByte('?')
		b.WriteString(query.Encode())
	}
	return b.String()
}

// CheckID says why id cannot be an element of a path: it would name another
// resource or none.
func CheckID(id string) error {
	switch id {
	case "":
		return errors.New("must not be empty")
	case ".", "..":
		return fmt.Errorf("must not be %q, which would name another address", id)
	}
	if strings.ContainsRune(id, utf8.RuneError) {
		return errors.New("must not contain U+FFFD, which stands for bytes that are no text")
	}
	return nil
}
