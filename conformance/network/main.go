// Asks the API server's own code whether it would store NetworkPolicies, and Cyclonus, the evaluator by which the network-policy community tests network plugins, what they let pass. Each line of
// the input is a world with the connections that are asked about, and gives one line: why policies are refused, and an answer for each connection.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	networking "k8s.io/api/networking/v1"
)

type world struct {
	Policies    []json.RawMessage
	Connections []*matcher.Traffic
}

type verdict struct {
	Refused []string `json:"refused"`
	Answers []answer `json:"answers"`
}

type answer struct {
	Ingress bool `json:"ingress"`
	Egress  bool `json:"egress"`
}

func main() {
	input := json.NewDecoder(bufio.NewReader(os.Stdin))
	output := json.NewEncoder(os.Stdout)
	for input.More() {
		var asked world
		must(input.Decode(&asked))
		must(output.Encode(judge(asked)))
	}
}

func judge(asked world) verdict {
	refused := []string{}
	var stored []*networking.NetworkPolicy
	for _, policy := range asked.Policies {
		as, reasons := admit(policy)
		refused = append(refused, reasons...)
		if len(reasons) == 0 {
			stored = append(stored, as)
		}
	}
	policies := matcher.BuildNetworkPolicies(false, stored)
	answers := make([]answer, len(asked.Connections))
	for index, connection := range asked.Connections {
		allowed := policies.IsTrafficAllowed(connection)
		answers[index] = answer{Ingress: allowed.Ingress.IsAllowed(), Egress: allowed.Egress.IsAllowed()}
	}
	return verdict{Refused: refused, Answers: answers}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
