package main

import (
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	internal "k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/apis/networking/validation"
)

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme, serializer.EnableStrict)
)

func init() { install.Install(scheme) }

// What the API server stores of a policy, with what it fills in before anybody reads it, or why it refuses: a field that it does not know, or a value that it does not take.
func admit(document []byte) (*networking.NetworkPolicy, []string) {
	decoded, err := runtime.Decode(codecs.UniversalDecoder(internal.SchemeGroupVersion), document)
	if err != nil {
		return nil, []string{err.Error()}
	}
	policy, isPolicy := decoded.(*internal.NetworkPolicy)
	if !isPolicy {
		return nil, []string{"it is no NetworkPolicy"}
	}
	var reasons []string
	for _, problem := range validation.ValidateNetworkPolicy(policy, validation.NetworkPolicyValidationOptions{}) {
		reasons = append(reasons, policy.Namespace+"/"+policy.Name+": "+problem.Error())
	}
	stored := &networking.NetworkPolicy{}
	if err := scheme.Convert(policy, stored, nil); err != nil {
		return nil, append(reasons, err.Error())
	}
	return stored, reasons
}
