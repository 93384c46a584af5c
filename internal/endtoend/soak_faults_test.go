//go:build soak

package endtoend

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const parallel = "-parallelism=50"

// soakProvider is a provider block that does not wait long.
const soakProvider = `
provider "conversation" {
  http = {
    timeout        = "2s"
    retry_wait_min = "10ms"
    retry_wait_max = "100ms"
  }
}
`

// soakFaults are the kinds of faults, by a name for each.
func soakFaults() map[string]sandbox.Fault {
	acted, status := true, sandbox.FaultStatus
	return map[string]sandbox.Fault{
		"reset before":      {Kind: sandbox.FaultResetBefore},
		"reset after":       {Kind: sandbox.FaultResetAfter},
		"silence":           {Kind: sandbox.FaultSilence},
		"half an answer":    {Kind: sandbox.FaultHalf},
		"empty":             {Kind: sandbox.FaultEmpty},
		"HTML":              {Kind: sandbox.FaultHTML},
		"wrong types":       {Kind: sandbox.FaultWrongTypes},
		"too large":         {Kind: sandbox.FaultTooLarge},
		"redirect":          {Kind: sandbox.FaultRedirect, Location: "http://127.0.0.1:9/elsewhere"},
		"slow":              {Kind: sandbox.FaultSlow, Delay: sandbox.Duration(300 * time.Millisecond)},
		"400":               {Kind: status, Status: http.StatusBadRequest},
		"408":               {Kind: status, Status: http.StatusRequestTimeout},
		"429 bare":          {Kind: status, Status: http.StatusTooManyRequests},
		"429 in seconds":    {Kind: status, Status: http.StatusTooManyRequests, RetryAfter: "1"},
		"429 with a date":   {Kind: status, Status: http.StatusTooManyRequests, RetryAfter: time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)},
		"429 in an hour":    {Kind: status, Status: http.StatusTooManyRequests, RetryAfter: "3600"},
		"500":               {Kind: status, Status: http.StatusInternalServerError},
		"500 after acting":  {Kind: status, Status: http.StatusInternalServerError, Acts: &acted},
		"502":               {Kind: status, Status: http.StatusBadGateway},
		"503 bare":          {Kind: status, Status: http.StatusServiceUnavailable},
		"503 Retry-After":   {Kind: status, Status: http.StatusServiceUnavailable, RetryAfter: "1"},
		"504 after acting":  {Kind: status, Status: http.StatusGatewayTimeout, Acts: &acted},
		"504 before acting": {Kind: status, Status: http.StatusGatewayTimeout},
	}
}

// soak is the run as a whole.
type soak struct {
	*stage

	kinds  []string
	faults map[string]sandbox.Fault
	next   int            // kind that is due
	hits   map[string]int // by kind and call
	random *rand.Rand

	starts, lost, adopted, stoppedByHand, failedStops int
}

func newSoak(t *testing.T, configuration string) *soak {
	t.Helper()
	return &soak{
		stage: newStage(t, sandbox.Options{}, configuration), kinds: slices.Sorted(maps.Keys(soakFaults())), faults: soakFaults(),
		hits: map[string]int{}, random: rand.New(rand.NewPCG(1, 2)),
	}
}

// underFaults runs a command while one in so many of the first requests of each call meets the fault that is due.
func (s *soak) underFaults(command string, requests, every int, calls ...string) terraform.Result {
	s.t.Helper()
	armed := map[int]string{} // kind and call by the fault's number
	for _, call := range calls {
		for i := range requests / every {
			kind := s.kinds[s.next%len(s.kinds)]
			s.next++
			fault := s.faults[kind]
			fault.Call, fault.Times = call, 1
			// A fault does not count the requests that those before it have taken.
			fault.Skip = i*every + s.random.IntN(every) - i
			armed[s.AddFault(fault)] = kind + call
		}
	}
	r := s.run(command, "-no-color", "-auto-approve", parallel)
	var state []struct {
		ID   int `json:"id"`
		Hits int `json:"hits"`
	}
	s.control("/faults", &state)
	for _, fault := range state {
		s.hits[armed[fault.ID]] += fault.Hits
	}
	s.ClearFaults()
	return r
}

// control reads from the sandbox's control interface.
func (s *soak) control(path string, into any) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+sandbox.ControlPath+path, http.NoBody)
	s.fatal(err)
	response, err := (&http.Client{}).Do(request)
	s.fatal(err)
	defer response.Body.Close() //nolint:errcheck // it has been read
	s.fatal(json.NewDecoder(response.Body).Decode(into))
}
