package provider

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// roundTrip is a transport that obtains a connection at once.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	return f(r)
}

// The error of a lost start comes soon after an interrupt and after the end of
// the operation's time, whatever the search for it still waits for.
func TestThuliumLostStartEndsWithTheOperation(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		create, interrupt time.Duration // 0: none
		silent            bool          // the listing does not answer; else it fails, and asks to come again later
		took              time.Duration
		lists             int
	}{
		"interrupted in a pause of the search":   {create: time.Hour, interrupt: time.Second, took: time.Second, lists: 2},
		"interrupted in a request of the search": {create: time.Hour, interrupt: time.Second, silent: true, took: 11 * time.Second, lists: 2},
		"out of time in the search":              {create: 3 * time.Second, silent: true, took: 13 * time.Second, lists: 2},
		"neither":                                {create: time.Hour, took: 80 * time.Second, lists: 5},
		"neither, and no answer":                 {create: time.Hour, silent: true, took: 100 * time.Second, lists: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var calls []string
				client := thulium.New(rest.Config{
					BaseURL: "https://acme.example/api",
					Policy:  rest.Policy{Timeout: time.Minute, MaxRetries: 4, WaitMin: 20 * time.Second, WaitMax: 20 * time.Second},
					Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
						calls = append(calls, r.Method)
						if r.Method == http.MethodGet && tc.silent {
							<-r.Context().Done()
							return nil, r.Context().Err()
						}
						return &http.Response{StatusCode: http.StatusInternalServerError, Body: io.NopCloser(strings.NewReader(""))}, nil
					}),
				}, "api_user", "api_pass")
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), tc.create)
				defer cancel()
				if tc.interrupt > 0 {
					time.AfterFunc(tc.interrupt, cancel)
				}
				_, err := client.Start(ctx, thulium.Start{QueueID: 3})
				failure := startFailed(ctx, client, thulium.Start{QueueID: 3}, err)
				if took := time.Since(began); took != tc.took {
					t.Errorf("took %s, want %s", took, tc.took)
				}
				want := append([]string{http.MethodPost}, slices.Repeat([]string{http.MethodGet}, tc.lists)...)
				if !slices.Equal(calls, want) {
					t.Errorf("calls were %v, want %v", calls, want)
				}
				thuliumHas(t, failure.Detail(), "may have taken effect", "could not be asked", "queue 3")
			})
		})
	}
}
