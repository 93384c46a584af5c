package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// group is a set of rows that are measured together.
type group struct {
	name    string
	measure func(context.Context, *bench) ([]row, error)
}

// groups are all of them, in the order of the table.
var groups = []group{
	{"life", life},
	{"latency", latency},
	{"start", start},
	{"reading", reading},
	{"thread", thread},
	{"size", size},
}

func groupNames() string {
	var names []string
	for _, g := range groups {
		names = append(names, g.name)
	}
	return strings.Join(names, ", ")
}

// choose returns the groups of a list of names, and all of them for an empty one.
func choose(only string) ([]group, error) {
	if only == "" {
		return groups, nil
	}
	var chosen []group
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only %s: there is no such group; there are %s", name, groupNames())
		}
		chosen = append(chosen, groups[i])
	}
	return chosen, nil
}
