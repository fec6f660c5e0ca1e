package main

import (
	"fmt"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	schemavalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

const (
	group      = "security.istio.io"
	networking = "networking.istio.io"
	telemetry  = "telemetry.istio.io"
	gatewayAPI = "gateway.networking.k8s.io"
)

// The kinds that are asked about; manifests of any other are passed over.
var kinds = map[schema.GroupKind]bool{
	{Group: group, Kind: "AuthorizationPolicy"}:   true,
	{Group: group, Kind: "PeerAuthentication"}:    true,
	{Group: group, Kind: "RequestAuthentication"}: true,
	{Group: networking, Kind: "DestinationRule"}:  true,
	{Group: networking, Kind: "EnvoyFilter"}:      true,
	{Group: networking, Kind: "Gateway"}:          true,
	{Group: networking, Kind: "ServiceEntry"}:     true,
	{Group: networking, Kind: "Sidecar"}:          true,
	{Group: networking, Kind: "VirtualService"}:   true,
	{Group: telemetry, Kind: "Telemetry"}:         true,
	{Group: gatewayAPI, Kind: "Gateway"}:          true,
	{Group: gatewayAPI, Kind: "HTTPRoute"}:        true,
}

// resource is one served version of one kind, with all that the API server makes of its schema.
type resource struct {
	structural *structuralschema.Structural
	schema     schemavalidation.SchemaValidator
	rules      *cel.Validator
}

type resources map[schema.GroupVersionKind]*resource

// readDefinitions reads the definitions of all kinds; it is an error if one is missing, or not a structural schema.
func readDefinitions(names []string) (resources, error) {
	found := resources{}
	defined := map[schema.GroupKind]bool{}
	read := func(document []byte) error {
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(document, &definition); err != nil {
			return err
		}
		kind := schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}
		if !kinds[kind] {
			return nil
		}
		defined[kind] = true
		return found.addVersions(kind, definition.Spec.Versions)
	}
	for _, name := range names {
		if err := eachDocumentOf(name, read); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(defined) != len(kinds) {
		return nil, fmt.Errorf("%s define %d of %d kinds", strings.Join(names, " and "), len(defined), len(kinds))
	}
	return found, nil
}

func (r resources) addVersions(kind schema.GroupKind, versions []apiextensionsv1.CustomResourceDefinitionVersion) error {
	for _, version := range versions {
		if !version.Served {
			continue
		}
		made, err := newResource(version.Schema)
		if err != nil {
			return fmt.Errorf("%s %s: %w", kind, version.Name, err)
		}
		r[kind.WithVersion(version.Name)] = made
	}
	return nil
}

func newResource(written *apiextensionsv1.CustomResourceValidation) (*resource, error) {
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(written, &internal, nil); err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	if problems := structuralschema.ValidateStructural(nil, structural); len(problems) > 0 {
		return nil, problems.ToAggregate()
	}
	validator, _, err := schemavalidation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &resource{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}, nil
}
