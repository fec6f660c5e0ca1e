// Labels and annotations that several rules look at.

/** On pods and namespaces: injection, and the control plane that it is of. */
export const INJECTION = 'istio-injection';
export const INJECT = 'sidecar.istio.io/inject';
export const TEMPLATES = 'inject.istio.io/templates';
export const REVISION = 'istio.io/rev';

/** Ambient mode, and its waypoints. */
export const DATAPLANE_MODE = 'istio.io/dataplane-mode';
export const USE_WAYPOINT = 'istio.io/use-waypoint';
export const USE_CANARY = 'istio.io/use-waypoint-canary';

/** On pods that are made for a Gateway, and their Services. */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
export const MANAGED = 'gateway.istio.io/managed';
/** What MANAGED says at waypoints. */
export const WAYPOINT_CONTROLLER = 'istio.io-mesh-controller';

/** On EndpointSlices: the Service that they are of. */
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** On Services: to whom they are exported, as a ServiceEntry is by its field. */
export const EXPORT_TO = 'networking.istio.io/exportTo';

/** What injection writes, and what pods say of their own proxy. */
export const CANONICAL_NAME = 'service.istio.io/canonical-name';
export const CANONICAL_REVISION = 'service.istio.io/canonical-revision';
export const TLS_MODE = 'security.istio.io/tlsMode';
export const PROXY_CONFIG = 'proxy.istio.io/config';
