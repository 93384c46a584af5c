package guides

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// quotation is a heading of the page that quotes the provider, and not Terraform.
var quotation = regexp.MustCompile(`(?m)^### "(.*)"$`)

// A message that has changed is not found on the page by those who meet it.
func TestTroubleshootingQuotesTheProvider(t *testing.T) {
	t.Parallel()
	const page = "templates/guides/troubleshooting.md"
	said := texts(t)
	headings := quotation.FindAllStringSubmatch(text(t, page), -1)
	if len(headings) < 15 {
		t.Errorf("%s has only %d headings with a quotation", page, len(headings))
	}
	for _, heading := range headings {
		for piece := range strings.SplitSeq(heading[1], "…") {
			piece = strings.TrimSpace(piece)
			if !slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, piece) }) {
				t.Errorf("%s quotes %q, but no code says %q", page, heading[1], piece)
			}
		}
	}
}

// texts returns the string constants of the code that ships, as the compiler joins them.
func texts(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if text := joined(e); text != "" {
					all = append(all, text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// joined returns a string literal, or several that are added up. What is added in between leaves no trace.
func joined(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return joined(e.X) + joined(e.Y)
		}
	}
	return ""
}
