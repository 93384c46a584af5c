package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
)

// pageSize is how many chats a listing request returns.
const pageSize = 100

// side is one of those that are measured in turn.
type side struct {
	name          string
	mirror        *cli.Mirror
	configuration string

	apply, plan, destroy, peak []float64 // by run; seconds, and megabytes of memory in the apply
}

// life measures apply, plan and destroy of many conversations against terraform_data and against the same provider
// without its HTTP exchange, and the memory of the apply against an empty provider's. Most of the time is Terraform's own
// work for a provider with these schemas, so it also measures a bare one, below which none can go.
func life(ctx context.Context, b *bench) ([]row, error) {
	n := b.resources
	data := &side{name: "data", configuration: builtIn(n)}
	bare := &side{name: "bare", mirror: b.bare, configuration: conversations(n)}
	nothing := &side{name: "nothing", mirror: b.nothing, configuration: conversations(n)}
	ours := &side{name: "conversation", mirror: b.real, configuration: conversations(n)}
	empty := &side{name: "empty", mirror: b.empty, configuration: empties(n)}

	sides := []*side{data, nothing, ours, empty, bare}
	var requests requests
	for run := range b.runs {
		b.say("run %d of %d: %d resources", run+1, b.runs, n)
		for _, s := range sides {
			made, err := s.live(ctx, b)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			if s == ours {
				requests.add(made)
			}
		}
		slices.Reverse(sides) // so that what grows with time favours none
	}

	within := func(what string, of, against []float64, goal float64) row {
		return ratioRow(what, "s", of, against, goal)
	}
	resources := fmt.Sprintf(" of %d", n)
	return []row{
		within("apply"+resources+" / terraform_data", ours.apply, data.apply, 1.4),
		within("destroy"+resources+" / terraform_data", ours.destroy, data.destroy, 1.25),
		within("plan with refresh"+resources+" / terraform_data", ours.plan, data.plan, 2.3),
		referenceRow("apply"+resources+" by a bare provider / terraform_data", bare.apply, data.apply),
		referenceRow("destroy"+resources+" by a bare provider / terraform_data", bare.destroy, data.destroy),
		referenceRow("plan with refresh"+resources+" by a bare provider / terraform_data", bare.plan, data.plan),
		within("apply"+resources+" / without HTTP", ours.apply, nothing.apply, 1.05),
		within("destroy"+resources+" / without HTTP", ours.destroy, nothing.destroy, 1.05),
		within("plan with refresh"+resources+" / without HTTP", ours.plan, nothing.plan, 1.05),
		requests.row(n),
		ratioRow("peak memory of the plug-in in the apply / empty provider", "MB", ours.peak, empty.peak, 1.5),
	}, nil
}

// live applies, plans and destroys once, and returns how many requests each took.
func (s *side) live(ctx context.Context, b *bench) (calls, error) {
	var made calls
	scene, err := b.newScene(ctx, s.name, s.mirror, s.configuration)
	if scene != nil {
		defer scene.close()
	}
	if err != nil {
		return made, err
	}
	for _, step := range []struct {
		arguments []string
		into      *[]float64
		listed    *int
	}{
		{[]string{"apply", "-auto-approve"}, &s.apply, &made.applyList},
		{[]string{"plan"}, &s.plan, &made.planList},
		{[]string{"destroy", "-auto-approve"}, &s.destroy, &made.destroyList},
	} {
		if s.mirror == b.empty && step.into != &s.apply {
			continue // only its memory is wanted
		}
		before := scene.sandbox.Count("thulium.list")
		took, err := scene.time(ctx, b, step.arguments...)
		if err != nil {
			return made, err
		}
		*step.into = append(*step.into, took.Seconds())
		*step.listed = scene.sandbox.Count("thulium.list") - before
		if step.into == &s.apply {
			s.peak = append(s.peak, megabytes(scene.plugins.bytes))
		}
	}
	made.starts, made.stops, made.all = scene.sandbox.Count("thulium.start"), scene.sandbox.Count("thulium.stop"), scene.sandbox.Count("*")
	return made, nil
}

// calls is what a life of all conversations took.
type calls struct{ starts, stops, applyList, planList, destroyList, all int }

// requests collects the calls of all runs.
type requests struct{ runs []calls }

func (r *requests) add(made calls) { r.runs = append(r.runs, made) }

// row says what the worst run took.
func (r *requests) row(n int) row {
	pages := (n + pageSize - 1) / pageSize
	want := calls{starts: n, stops: n, planList: pages, destroyList: pages, all: 2*n + 2*pages}
	out := row{
		What: "requests over the life of " + fmt.Sprint(n), Goal: "1 start, 1 stop, ⌈chats/100⌉ for a refresh of all", Met: true,
	}
	for _, got := range r.runs {
		out.Met = out.Met && got == want
		out.Measured = fmt.Sprintf("%d starts, %d stops, %d for the plan's refresh, %d for the destroy's, %d for the apply's, %d in all",
			got.starts, got.stops, got.planList, got.destroyList, got.applyList, got.all)
		if !out.Met {
			break
		}
	}
	return out
}

// The row of latency.
const (
	latencyResources = 200
	latencyParallel  = 50
	latencyOfCall    = 50 * time.Millisecond
)

// latency measures an apply against a service that takes its time. The floor is the same apply without HTTP exchange.
func latency(ctx context.Context, b *bench) ([]row, error) {
	var floor, took []float64
	most := 0
	for run := range b.runs {
		b.say("run %d of %d: %d resources, %s of latency", run+1, b.runs, latencyResources, latencyOfCall)
		for _, mirror := range []*cli.Mirror{b.nothing, b.real} {
			name, into := "conversation", &took
			if mirror == b.nothing {
				name, into = "nothing", &floor
			}
			seconds, connections, err := b.applySlowly(ctx, name, mirror)
			if err != nil {
				return nil, err
			}
			*into = append(*into, seconds)
			most = max(most, connections)
		}
	}
	waiting := latencyResources * latencyOfCall.Seconds() / latencyParallel
	least := make([]float64, len(floor))
	for i, seconds := range floor {
		least[i] = seconds + waiting
	}
	what := fmt.Sprintf("apply of %d with %s latency, -parallelism=%d", latencyResources, latencyOfCall, latencyParallel)
	return []row{
		ratioRow(what+fmt.Sprintf(" / %.1f s + without HTTP", waiting), "s", took, least, 1.25),
		{
			What: "connections opened for that", Measured: fmt.Sprint(most), Goal: fmt.Sprintf("≤ %d", latencyParallel),
			Met: most <= latencyParallel,
		},
	}, nil
}

// applySlowly returns how long the apply took and how many connections were opened.
func (b *bench) applySlowly(ctx context.Context, name string, mirror *cli.Mirror) (seconds float64, connections int, err error) {
	scene, err := b.newScene(ctx, name, mirror, conversations(latencyResources))
	if scene != nil {
		defer scene.close()
	}
	if err != nil {
		return 0, 0, err
	}
	scene.slow(latencyOfCall)
	took, err := scene.time(ctx, b, "apply", "-auto-approve", fmt.Sprintf("-parallelism=%d", latencyParallel))
	opened := map[string]bool{}
	for _, request := range scene.sandbox.Requests() {
		opened[request.Connection] = true
	}
	return took.Seconds(), len(opened), err
}
