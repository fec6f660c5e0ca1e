// Command admission asks the API server's own libraries whether they would store manifests: schema, unknown fields, CEL rules.
//
//	admission CRDS.yaml[,CRDS.yaml …] [FILE …] < MANIFESTS
//
// CRDS.yaml holds CustomResourceDefinitions. Manifests are YAML documents, or one JSON value a line: an object, or a string that is itself one
// YAML document. For each it writes one line of JSON: a Verdict.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: admission CRDS.yaml[,CRDS.yaml …] [FILE …] < MANIFESTS")
	}
	resources, err := readDefinitions(strings.Split(args[0], ","))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	verdicts := json.NewEncoder(out)
	ask := func(document []byte) error { return verdicts.Encode(resources.admit(document)) }
	if len(args) == 1 {
		return eachDocument(os.Stdin, ask)
	}
	for _, name := range args[1:] {
		if err := eachDocumentOf(name, ask); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func eachDocumentOf(name string, visit func([]byte) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return eachDocument(file, visit)
}
