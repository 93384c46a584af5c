package main

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// registryPages is where a registry shows the pages of docs/. Pages link each other by that address, in full: a registry
// does not rewrite relative links, and GitHub has no other pages. What is behind it is checked in docs/.
const registryPages = "https://registry.terraform.io/providers/conversation-tools/conversation/latest/docs"

// repositoryFiles is where GitHub shows the files of this repository. The pages of a registry link them by that address.
const repositoryFiles = "https://github.com/conversation-tools/terraform-provider-conversation/tree/main/"

// TestLinks follows the links of everything that people read: relative ones to a file and its headings, those to a
// registry's pages likewise. Of others only the form is checked: a test asks nobody outside.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	pages := markdown(t, root)
	if len(pages) < 20 {
		t.Fatalf("only %d pages found", len(pages))
	}
	count := 0
	for _, page := range pages {
		text := prose(readPage(t, root, page))
		for _, link := range links(text) {
			count++
			if fault := checkLink(t, root, page, link); fault != "" {
				t.Errorf("%s: %s: %s", page, link, fault)
			}
		}
	}
	t.Logf("%d links on %d pages", count, len(pages))
}

// markdown returns the pages, by their path from root.
func markdown(t *testing.T, root string) (pages []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "templates/guides/*", ".github/*.md", ".github/decisions/*.md", "examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			page, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, filepath.ToSlash(page))
		}
	}
	return pages
}

func readPage(t *testing.T, root, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	fenced = regexp.MustCompile("(?ms)^```.*?\n```$")
	inline = regexp.MustCompile("`[^`\n]*`")
	target = regexp.MustCompile(`\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)`)
	titles = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor = regexp.MustCompile(`<a id="([^"]*)">`)
)

// prose is the text without its code blocks.
func prose(text string) string { return fenced.ReplaceAllString(text, "") }

func links(text string) (out []string) {
	for _, found := range target.FindAllStringSubmatch(inline.ReplaceAllString(text, "code"), -1) {
		out = append(out, found[1])
	}
	return out
}

// checkLink says what is wrong with a link on a page; "" when nothing is.
func checkLink(t *testing.T, root, page, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		return err.Error()
	}
	if link == "" {
		return "leads nowhere"
	}
	file := path.Join(path.Dir(page), u.Path)
	switch rest, ours := strings.CutPrefix(link, registryPages); {
	case ours:
		name, _, _ := strings.Cut(rest, "#")
		if file = "docs" + name + ".md"; name == "" {
			file = "docs/index.md"
		}
	case strings.HasPrefix(link, repositoryFiles):
		file, _, _ = strings.Cut(strings.TrimPrefix(link, repositoryFiles), "#")
	case u.IsAbs():
		if u.Scheme != "https" || u.Host == "" || u.User != nil {
			return "is no https address"
		}
		return ""
	case strings.HasPrefix(page, "docs/") || strings.HasPrefix(page, "templates/"):
		if u.Path != "" {
			return "a registry does not follow a relative link: begin it with " + registryPages
		}
		file = page
	case u.Path == "":
		file = page
	}
	info, err := os.Stat(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		return fmt.Sprintf("there is no %s", file)
	}
	if u.Fragment != "" && (info.IsDir() || !slices.Contains(anchors(readPage(t, root, file)), u.Fragment)) {
		return fmt.Sprintf("%s has no %q", file, u.Fragment)
	}
	return ""
}

// anchors are the places on a page that a link can lead to, as GitHub and the registries name them.
func anchors(text string) (out []string) {
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		out = append(out, found[1])
	}
	for _, found := range titles.FindAllStringSubmatch(prose(text), -1) {
		var b strings.Builder
		for _, r := range strings.ToLower(found[1]) {
			switch {
			case r == ' ':
				b.WriteByte('-')
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				b.WriteRune(r)
			}
		}
		out = append(out, b.String())
	}
	return out
}

func TestCheckLink(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"README.md":        "# A title\n\n[x](docs/index.md)\n\n```\n[no](link)\n# no title\n```\n",
		"docs/index.md":    "# Index\n\n## `code`, and more\n<a id=\"nested\"></a>\n",
		"docs/guides/a.md": "# A\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := links(prose(readPage(t, root, "README.md"))); !slices.Equal(got, []string{"docs/index.md"}) {
		t.Errorf("found %q", got)
	}
	for _, tc := range []struct {
		page, link string
		ok         bool
	}{
		{"README.md", "docs/index.md", true},
		{"README.md", "docs/index.md#code-and-more", true},
		{"README.md", "docs/index.md#nested", true},
		{"README.md", "#a-title", true},
		{"README.md", "docs/guides", true},
		{"README.md", "https://example.org/a(b)", true},
		{"docs/guides/a.md", registryPages + "/guides/a#a", true},
		{"docs/guides/a.md", registryPages, true},
		{"docs/guides/a.md", repositoryFiles + "docs/guides", true},
		{"docs/guides/a.md", repositoryFiles + "docs/none", false},
		{"docs/guides/a.md", "#a", true},
		{"README.md", "docs/none.md", false},
		{"README.md", "docs/index.md#none", false},
		{"README.md", "#no-title", false},
		{"README.md", "", false},
		{"README.md", "http://example.org", false},
		{"README.md", "https://", false},
		{"docs/guides/a.md", "../index.md", false},
		{"docs/guides/a.md", registryPages + "/guides/b", false},
		{"docs/guides/a.md", registryPages + "/guides/a#b", false},
	} {
		if fault := checkLink(t, root, tc.page, tc.link); (fault == "") != tc.ok {
			t.Errorf("%s: %s: %q", tc.page, tc.link, fault)
		}
	}
}

// Nobody who reads the page of a type in a registry sees the guides and the examples beside it.
func TestEachTypeSaysWhereToGoOn(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	count := 0
	for _, page := range markdown(t, root) {
		kind := strings.Split(page, "/")
		if len(kind) != 3 || kind[0] != "docs" || kind[1] == "guides" {
			continue
		}
		count++
		if _, more, _ := strings.Cut(readPage(t, root, page), "\n## See also\n\n* "); len(links(more)) == 0 {
			t.Errorf("%s links nothing under \"See also\"", page)
		}
	}
	if count < 10 {
		t.Errorf("only %d pages of types", count)
	}
}

// The README's table is the one list of variables that no tool writes.
func TestReadmeHasEveryEnvironmentVariable(t *testing.T) {
	t.Parallel()
	readme := readPage(t, filepath.Join("..", "..", ".."), "README.md")
	variable := regexp.MustCompile("environment variable `([A-Z_]+)`")
	count := 0
	for service, block := range ours(t).Provider.Block.Attributes {
		for name, attribute := range block.NestedType.Attributes {
			for _, found := range variable.FindAllStringSubmatch(attribute.Description, -1) {
				count++
				if row := "| `" + found[1] + "` | `" + service + "." + name + "` |"; !strings.Contains(readme, row) {
					t.Errorf("the README has no row %s", row)
				}
			}
		}
	}
	if count < 10 {
		t.Errorf("only %d variables found", count)
	}
}

// The README links every page of docs/, because a repository has no list of them.
func TestReadmeLinksEveryPage(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	linked := links(prose(readPage(t, root, "README.md")))
	for _, page := range markdown(t, root) {
		if strings.HasPrefix(page, "docs/") && !slices.Contains(linked, page) {
			t.Errorf("the README does not link %s", page)
		}
	}
}

// named is a link to a Go file whose text is the name of something in it.
var named = regexp.MustCompile("\\[`(\\w+)`\\]\\(([^)#]+\\.go)\\)")

// CONTRIBUTING walks through the code by names. One that has moved leads a newcomer to the wrong file.
func TestContributingNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	found := named.FindAllStringSubmatch(readPage(t, root, "CONTRIBUTING.md"), -1)
	if len(found) < 30 {
		t.Errorf("CONTRIBUTING names only %d things", len(found))
	}
	for _, name := range found {
		declares := regexp.MustCompile(`(?m)^(?:func (?:\([^)]*\) )?|type )` + name[1] + `\b|^\t` + name[1] + ` `)
		if !declares.MatchString(readPage(t, root, name[2])) {
			t.Errorf("%s has no %s", name[2], name[1])
		}
	}
}
