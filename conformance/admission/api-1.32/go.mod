// The API of Istio 1.32. Its definitions are read, nothing of it is compiled: `go mod tidy` would find it unused.
module cdk8s-zero-trust.invalid/admission/api-1.32

go 1.26.0

require (
	istio.io/api v1.31.0-alpha.1.0.20260819121012-5803fb6accf7 // indirect
	sigs.k8s.io/gateway-api v1.6.0 // indirect
)
