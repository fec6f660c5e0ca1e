package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	schemavalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/unstructuredscheme"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Verdict is what the API server says of one document that a client creates with strict field validation.
type Verdict struct {
	Kind string `json:"kind,omitempty"`
	// Ignored: of a kind that is not asked about.
	Ignored bool `json:"ignored,omitempty"`
	// Schema: served version, metadata, schema, CEL rules.
	Schema []string `json:"schema,omitempty"`
	// UnknownFields: fields that the schema does not know, and duplicate keys.
	UnknownFields []string `json:"unknownFields,omitempty"`
}

var strictYAML = json.NewSerializerWithOptions(json.DefaultMetaFactory, unstructuredscheme.NewUnstructuredCreator(), unstructuredscheme.NewUnstructuredObjectTyper(),
	json.SerializerOptions{Yaml: true, Strict: true})

func (r resources) admit(document []byte) Verdict {
	object, unknown, err := decode(document)
	if err != nil {
		return Verdict{Schema: []string{err.Error()}, UnknownFields: unknown}
	}
	kind := object.GroupVersionKind()
	verdict := Verdict{Kind: kind.Kind, UnknownFields: unknown}
	definition := r[kind]
	switch {
	case definition != nil:
		definition.check(object, &verdict)
	case claimsToBeKnown(object):
		verdict.Schema = []string{fmt.Sprintf("there is no kind %q in version %q", object.GetKind(), object.GetAPIVersion())}
	default:
		verdict = Verdict{Kind: kind.Kind, Ignored: true}
	}
	return verdict
}

// claimsToBeKnown holds for what is spelled almost like a kind that is asked about: it must not pass as a kind of somebody else.
func claimsToBeKnown(object *unstructured.Unstructured) bool {
	if strings.HasPrefix(strings.ToLower(object.GetAPIVersion()), group) {
		return true
	}
	for kind := range kinds {
		if strings.EqualFold(kind.Kind, object.GetKind()) {
			return true
		}
	}
	return false
}

// decode reads a document as the API server does; duplicate keys are among the strict errors.
func decode(document []byte) (*unstructured.Unstructured, []string, error) {
	object := &unstructured.Unstructured{}
	_, _, err := strictYAML.Decode(bytes.TrimSpace(document), nil, object)
	strict, isStrict := runtime.AsStrictDecodingError(err)
	if err != nil && !isStrict {
		return nil, nil, err
	}
	if !isStrict {
		return object, nil, nil
	}
	return object, texts(strict.Errors()), nil
}

// check goes the way of a create request; only nulls are not dropped first, so that one is refused wherever the schema does not admit it.
func (d *resource) check(object *unstructured.Unstructured, verdict *Verdict) {
	metadata, hasMetadata, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		verdict.Schema = []string{err.Error()}
		return
	}
	unknown = append(unknown, pruning.PruneWithOptions(object.Object, d.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	for _, path := range unknown {
		verdict.UnknownFields = append(verdict.UnknownFields, fmt.Sprintf("unknown field %q", path))
	}
	defaulting.Default(object.Object, d.structural)
	if hasMetadata {
		err = objectmeta.SetObjectMeta(object.Object, metadata)
	}
	if err != nil {
		verdict.Schema = []string{err.Error()}
		return
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default") // a client sends it there
	}
	verdict.Schema = problems(d.validate(object))
}

func (d *resource) validate(object *unstructured.Unstructured) field.ErrorList {
	found := metavalidation.ValidateObjectMetaAccessor(object, true, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	found = append(found, schemavalidation.ValidateCustomResource(nil, object.Object, d.schema)...)
	found = append(found, objectmeta.Validate(nil, object.Object, d.structural, false)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, d.structural, object.Object)...)
	if d.rules == nil || len(found) > 0 {
		return found
	}
	broken, _ := d.rules.Validate(context.Background(), nil, d.structural, object.Object, nil, celconfig.RuntimeCELCostBudget)
	return append(found, broken...)
}

func problems(list field.ErrorList) []string {
	found := make([]string, 0, len(list))
	for _, problem := range list {
		found = append(found, problem.Error())
	}
	return found
}

func texts(list []error) []string {
	found := make([]string, 0, len(list))
	for _, err := range list {
		found = append(found, err.Error())
	}
	return found
}
