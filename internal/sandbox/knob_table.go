package sandbox

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// knob is what there is to know of one field of Knobs.
type knob struct {
	Name    string   // in JSON
	Service string   // "all", "thulium", "jelou" or "chatbot"
	Means   string   // the real condition
	Takes   string   // the values, for people
	Choices []string // of a choice

	field int
	least int  // of a status
	none  bool // a status may also be 0
}

// knobTable describes every knob, in the order of Knobs.
var knobTable = describeKnobs()

func describeKnobs() (table []knob) {
	fields := reflect.TypeFor[Knobs]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		k := knob{Name: f.Tag.Get("json"), Service: f.Tag.Get("for"), Means: f.Tag.Get("means"), field: i}
		k.Choices = strings.Fields(f.Tag.Get("choice"))
		if status := f.Tag.Get("status"); status != "" {
			least, optional := strings.CutPrefix(status, "0 ")
			k.none = optional
			_, _ = fmt.Sscan(least, &k.least)
		}
		k.Takes = k.takes(f.Type)
		table = append(table, k)
	}
	return table
}

// takes says in words which values a knob of this type has.
func (k *knob) takes(t reflect.Type) string {
	switch {
	case len(k.Choices) > 0:
		return "one of " + strings.Join(k.Choices, ", ")
	case k.none:
		return fmt.Sprintf("0, or a status from %d to 599", k.least)
	case k.least > 0:
		return fmt.Sprintf("a status from %d to 599", k.least)
	case t == reflect.TypeFor[Duration]():
		return `a duration, such as "500ms" or "2s"`
	}
	switch t.Kind() { //nolint:exhaustive // a knob of another kind has no words, which a test finds
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number, 0 or more"
	case reflect.String:
		return "a text"
	case reflect.Map:
		return `an object of texts, such as {"When do you open?": "At nine."}`
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Int64 {
			return "a list of numbers, such as [3, 4]"
		}
		return `a list of texts, such as ["a", "b"]`
	}
	return ""
}

// check returns an error that names the first knob with a value it does not have.
func (k Knobs) check() error {
	values := reflect.ValueOf(k)
	for _, d := range knobTable {
		if err := d.check(values.Field(d.field)); err != nil {
			return fmt.Errorf("knob %s: %w", d.Name, err)
		}
	}
	if k.OpenStatus == StatusClosed {
		return fmt.Errorf("knob open_status: %q cannot be the status of an open chat", k.OpenStatus)
	}
	return nil
}

func (k *knob) check(v reflect.Value) error {
	switch {
	case len(k.Choices) > 0 && !slices.Contains(k.Choices, v.String()):
		return fmt.Errorf("%q is none of %s", v.String(), strings.Join(k.Choices, ", "))
	case k.least > 0 && (v.Int() < int64(k.least) || v.Int() > 599) && (v.Int() != 0 || !k.none):
		if k.none {
			return fmt.Errorf("%d is neither 0 nor within %d and 599", v.Int(), k.least)
		}
		return fmt.Errorf("%d is not within %d and 599", v.Int(), k.least)
	case v.CanInt() && v.Int() < 0:
		return fmt.Errorf("%v is below 0", v.Interface())
	}
	return nil
}

// shownKnob is a knob as GET /sandbox/knobs answers it.
type shownKnob struct {
	Value   any    `json:"value"`
	Default any    `json:"default"`
	Service string `json:"service"`
	Means   string `json:"means"`
	Takes   string `json:"takes"`
}

// describe returns every knob by name with its value, meaning and values.
func (k Knobs) describe() map[string]shownKnob {
	now, initially := reflect.ValueOf(k), reflect.ValueOf(DefaultKnobs())
	shown := make(map[string]shownKnob, len(knobTable))
	for _, d := range knobTable {
		shown[d.Name] = shownKnob{now.Field(d.field).Interface(), initially.Field(d.field).Interface(), d.Service, d.Means, d.Takes}
	}
	return shown
}

// setting is a knob on the page.
type setting struct {
	knob
	Value   string
	Kind    string // "switch", "choice", "text", or "json": what is typed is JSON
	Changed bool   // from the default
}

// settings are the knobs on the page.
type settings struct {
	Entries []setting
	Changed int
}

// settingList returns every knob for the page.
func (k Knobs) settingList() (list settings) {
	now, initially := reflect.ValueOf(k), reflect.ValueOf(DefaultKnobs())
	for _, d := range knobTable {
		value := now.Field(d.field)
		s := setting{knob: d, Kind: "json", Value: fieldText(value)}
		switch {
		case value.Kind() == reflect.Bool:
			s.Kind = "switch"
		case len(d.Choices) > 0:
			s.Kind = "choice"
		case value.Kind() == reflect.String, value.Type() == reflect.TypeFor[Duration]():
			s.Kind = "text"
		}
		if s.Changed = s.Value != fieldText(initially.Field(d.field)); s.Changed {
			list.Changed++
		}
		list.Entries = append(list.Entries, s)
	}
	return list
}

// fieldText is a value as a person types it: a text without quotation marks, everything else as JSON.
func fieldText(v reflect.Value) string {
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0 {
		return ""
	}
	data, _ := json.Marshal(v.Interface()) // every knob has a JSON form
	var text string
	if json.Unmarshal(data, &text) == nil {
		return text
	}
	return string(data)
}
