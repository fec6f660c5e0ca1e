package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// eachDocument visits every document of the input: JSON values if it begins like one, else YAML documents.
func eachDocument(input io.Reader, visit func([]byte) error) error {
	buffered := bufio.NewReaderSize(input, 1<<16)
	if start, _ := buffered.Peek(64); isJSON(start) {
		return eachValue(json.NewDecoder(buffered), visit)
	}
	return eachYAML(utilyaml.NewYAMLReader(buffered), visit)
}

func isJSON(start []byte) bool {
	trimmed := bytes.TrimSpace(start)
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '"')
}

func eachValue(values *json.Decoder, visit func([]byte) error) error {
	for {
		var value json.RawMessage
		if err := values.Decode(&value); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		document, err := textOf(value)
		if err != nil {
			return err
		}
		if err := visit(document); err != nil {
			return err
		}
	}
}

// textOf is the document that a JSON string holds; an object is a document itself.
func textOf(value json.RawMessage) ([]byte, error) {
	if value[0] != '"' {
		return value, nil
	}
	var text string
	err := json.Unmarshal(value, &text)
	return []byte(text), err
}

func eachYAML(documents *utilyaml.YAMLReader, visit func([]byte) error) error {
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		if err := visit(document); err != nil {
			return err
		}
	}
}
