// Command dashboard reads a dashboard of Grafana on its standard input, strictly by Grafana's own model: a field that the model does not have, a value of another type or out of its range is an error.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dashboard:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	plugins.RegisterDefaultPlugins()
	var read dashboard.Dashboard
	if err := read.UnmarshalJSONStrict(text); !isNone(err) {
		return err
	}
	if err := read.Validate(); !isNone(err) {
		return err
	}
	return nil
}

// The model returns a list of errors also where it has none, which is not nil.
func isNone(err error) bool {
	var found cog.BuildErrors
	return err == nil || errors.As(err, &found) && len(found) == 0
}
