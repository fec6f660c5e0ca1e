// Asks Cyclonus, the evaluator by which the network-policy community tests network plugins, what NetworkPolicies let pass. Each line of the input is a
// world with the connections that are asked about, and gives one line of answers.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

type world struct {
	Policies    []*networking.NetworkPolicy
	Connections []*matcher.Traffic
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
		for _, policy := range asked.Policies {
			fill(&policy.Spec)
		}
		policies := matcher.BuildNetworkPolicies(false, asked.Policies)
		answers := make([]answer, len(asked.Connections))
		for index, connection := range asked.Connections {
			allowed := policies.IsTrafficAllowed(connection)
			answers[index] = answer{Ingress: allowed.Ingress.IsAllowed(), Egress: allowed.Egress.IsAllowed()}
		}
		must(output.Encode(answers))
	}
}

// What the API server fills in before anybody reads a policy; Cyclonus takes them as they are stored.
func fill(spec *networking.NetworkPolicySpec) {
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networking.PolicyType{networking.PolicyTypeIngress}
		if len(spec.Egress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networking.PolicyTypeEgress)
		}
	}
	for index := range spec.Ingress {
		fillPorts(spec.Ingress[index].Ports)
	}
	for index := range spec.Egress {
		fillPorts(spec.Egress[index].Ports)
	}
}

func fillPorts(ports []networking.NetworkPolicyPort) {
	for index := range ports {
		if ports[index].Protocol == nil {
			protocol := core.ProtocolTCP
			ports[index].Protocol = &protocol
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
