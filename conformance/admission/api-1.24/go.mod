// The API of Istio 1.24. Its definitions are read, nothing of it is compiled: `go mod tidy` would find it unused.
module cdk8s-zero-trust.invalid/admission/api-1.24

go 1.26.0

require (
	istio.io/api v1.24.2 // indirect
	sigs.k8s.io/gateway-api v1.2.0 // indirect
)
