// Command sbom writes a bill of materials of a Go binary: the modules that it is made of, as the binary itself records
// them, in CycloneDX's JSON form. It needs no network, and the same binary gives the same bytes.
package main

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: sbom BINARY VERSION FILE")
	}
	info, err := buildinfo.ReadFile(args[0])
	if err != nil {
		return err
	}
	text, err := document(info, args[1])
	if err != nil {
		return err
	}
	return os.WriteFile(args[2], text, 0o644)
}

// The form of CycloneDX 1.6, as far as it is used here: https://cyclonedx.org/docs/1.6/json/
type (
	bom struct {
		Format       string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Ref        string     `json:"bom-ref"`
		Type       string     `json:"type"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		PURL       string     `json:"purl"`
		Properties []property `json:"properties,omitempty"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// document is the bill of materials of a binary of the given version, which the binary does not record in a form that can
// be read from outside.
func document(info *debug.BuildInfo, version string) ([]byte, error) {
	if info.Main.Path == "" {
		return nil, errors.New("the binary does not say which module it was built from")
	}
	application := library(&debug.Module{Path: info.Main.Path, Version: "v" + version})
	application.Type, application.Name = "application", path.Base(info.Path)
	application.PURL += subpath(info)
	application.Properties = settings(info)

	out := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: metadata{Component: application}}
	out.Components = append(out.Components, library(&debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")}))
	for _, module := range info.Deps {
		out.Components = append(out.Components, library(cmp.Or(module.Replace, module)))
	}
	slices.SortFunc(out.Components, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	all := dependency{Ref: application.Ref}
	for _, c := range out.Components {
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	out.Dependencies = []dependency{all}

	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(out)
	return text.Bytes(), err
}

// library is a module, with the sum that go.sum has for it.
func library(m *debug.Module) component {
	purl := "pkg:golang/" + strings.ToLower(m.Path)
	c := component{Type: "library", Name: m.Path, PURL: purl}
	if m.Version != "" && m.Version != "(devel)" {
		c.Version = m.Version
		c.PURL += "@" + strings.ReplaceAll(m.Version, "+", "%2B")
	}
	if m.Sum != "" {
		c.Properties = []property{{"go:sum", m.Sum}}
	}
	c.Ref = c.PURL
	return c
}

// subpath is where in its module the command is.
func subpath(info *debug.BuildInfo) string {
	within := strings.TrimPrefix(strings.TrimPrefix(info.Path, info.Main.Path), "/")
	if within == "" {
		return ""
	}
	return "#" + within
}

// settings are those of the build that say for which platform it was made, and how.
func settings(info *debug.BuildInfo) []property {
	var out []property
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "GO") || strings.HasPrefix(s.Key, "CGO_") || s.Key == "-trimpath" {
			out = append(out, property{"go:" + s.Key, s.Value})
		}
	}
	return out
}
