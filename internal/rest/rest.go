// Package rest makes one HTTP exchange with a customer-service system and says
// what is known about its outcome. The clients of the three services share it:
// credentials, the at-most-once rule, back-off, limits, masking and logging
// stand here once. It knows neither a service nor Terraform's types.
package rest

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Config describes one service as one provider configuration sees it.
type Config struct {
	Service           string                  // its name in messages, "Thulium"
	BaseURL           string                  // everything before the path of a call
	Authorize         func(http.Header)       // puts the credentials into a request
	Secrets           []string                // values that no message and no log line may show
	Fault             func(body []byte) Fault // reads the service's error envelope
	UserAgent         string
	RequestsPerMinute int64 // 0: no limit
	Policy            Policy
	Transport         http.RoundTripper // uses connections again
	Once              http.RoundTripper // opens a connection for each request of class Once or made again; nil: Transport
	Interrupt         *Interrupt        // ends waits; nil: nothing does
	LogBodies         bool              // the words of bodies at TRACE
}

// Client makes calls to one service. It is safe for concurrent use.
type Client struct {
	config  Config
	limiter *rate.Limiter
	mask    mask
	http    [2]*http.Client // by class
}

// New returns a client for the service that config describes. It makes no call.
func New(config Config) *Client {
	limit := rate.Inf
	if config.RequestsPerMinute > 0 {
		limit = rate.Limit(float64(config.RequestsPerMinute) / 60)
	}
	config.BaseURL = strings.TrimRight(config.BaseURL, "/")
	config.Interrupt = cmp.Or(config.Interrupt, new(Interrupt))
	return &Client{
		config:  config,
		limiter: rate.NewLimiter(limit, 1),
		mask:    newMask(config.Secrets),
		http: [...]*http.Client{
			Once:       {Transport: unfollowed{cmp.Or(config.Once, config.Transport)}},
			Repeatable: {Transport: unfollowed{config.Transport}},
		},
	}
}

// BaseURL returns the configured base URL without a trailing slash.
func (c *Client) BaseURL() string { return c.config.BaseURL }

// Timeout returns how long one attempt may take.
func (c *Client) Timeout() time.Duration { return c.config.Policy.Timeout }

// Waits returns a context for the pauses of one operation: it ends with ctx and
// also when the process is told to stop, while requests under ctx go on.
func (c *Client) Waits(ctx context.Context) (context.Context, context.CancelFunc) {
	return c.config.Interrupt.bind(ctx)
}

// Learn hides a value that grants access, seen in an answer. An address is one without its
// scheme, too.
func (c *Client) Learn(secret string) {
	_, rest, _ := strings.Cut(secret, "://")
	c.mask.learn(minSecret, secret, rest)
}

// Quote returns text from outside as errors show it: at most 512 bytes of its words, without
// credentials and without the personal values.
func (c *Client) Quote(text string, personal ...string) string {
	return c.mask.of(personal).Quote(text)
}
