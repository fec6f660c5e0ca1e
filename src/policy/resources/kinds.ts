import { HTTP_ROUTE, VIRTUAL_SERVICE } from './route-kinds';
import { AuthorizationPolicySpec } from '../../istio/authorization-policy';
import { ObjectMeta, SECURITY_GROUP } from '../../istio/manifest';
import { PeerAuthenticationSpec } from '../../istio/peer-authentication';
import { RequestAuthenticationSpec } from '../../istio/request-authentication';
import { filled, flag, list, map, number, object, record, Shape, Shaped, text, textOrNumber, word } from '../../util/shape';
import { OPERATION_FIELDS, SOURCE_FIELDS } from '../matching/fields';

// What is read of each kind. Everything else in a manifest, and everything that is not of its type, is left out,
// as the API server would do or refuse to do: validation tells about it, an evaluation must not stumble over it.

const labels = record(text);
const selector = object({ matchLabels: labels });
const labelSelector = object({ matchLabels: labels, matchExpressions: list(object({ key: text, operator: text, values: list(text) })) });
const targetRef = filled(object({ group: text, kind: text, name: text, namespace: text }), { kind: '', name: '' });
const targets = { selector, targetRef, targetRefs: list(targetRef) };
const mutualTls = object({ mode: text });

const sourceFields = Object.fromEntries(Object.keys(SOURCE_FIELDS).map(name => [name, list(text)]));
const operationFields = Object.fromEntries(Object.keys(OPERATION_FIELDS).map(name => [name, list(text)]));
const condition = filled(object({ key: text, values: list(text), notValues: list(text) }), { key: '' });
const rule = object({
  from: list(object({ source: object(sourceFields) })),
  to: list(object({ operation: object(operationFields) })),
  when: list(condition),
});

const jwtRule = object({
  issuer: text,
  audiences: list(text),
  fromHeaders: list(filled(object({ name: text, prefix: text }), { name: '' })),
  fromParams: list(text),
  fromCookies: list(text),
  outputPayloadToHeader: text,
  outputClaimToHeaders: list(filled(object({ header: text, claim: text }), { header: '', claim: '' })),
  forwardOriginalToken: flag,
  spaceDelimitedClaims: list(text),
});

const environment = list(object({ name: text, value: text }));
const containers = list(object({ name: text, env: environment, args: list(text), ports: list(object({ name: text, containerPort: number, protocol: text })) }));
const podSpec = object({ serviceAccountName: text, serviceAccount: text, hostNetwork: flag, containers, initContainers: containers });
const template = object({ metadata: object({ labels, annotations: labels }), spec: podSpec });
const templated = object({ template });

const clientTls = object({
  mode: word('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  credentialName: text,
  clientCertificate: text,
  privateKey: text,
  sni: text,
  subjectAltNames: list(text),
});
const loadBalancer = object({ simple: text });
const trafficPolicy = object({ tls: clientTls, loadBalancer, portLevelSettings: list(object({ port: object({ number }), tls: clientTls, loadBalancer })) });

const server = object({ port: object({ number, protocol: text }), hosts: list(text), tls: object({ mode: text }) });
const allowedRoutes = object({ namespaces: object({ from: text, selector: labelSelector }) });
const listener = object({ port: number, protocol: text, hostname: text, tls: object({ mode: text, options: labels }), allowedRoutes });
const route = object({
  parentRefs: list(object({ name: text, namespace: text })),
  hostnames: list(text),
  rules: list(object({})),
});
const machine = object({ address: text, labels, ports: record(number), serviceAccount: text });

const pilot = object({ env: record(text) });

/** The shape of `spec` of every kind that is read; of `data` for a ConfigMap, of all for an EndpointSlice, and for Helm's values, which are no object of Kubernetes. */
export const KINDS = {
  AuthorizationPolicy: object({
    ...targets,
    action: text,
    provider: object({ name: text }),
    rules: list(rule),
  }) as Shape<AuthorizationPolicySpec>,
  PeerAuthentication: object({ selector, mtls: mutualTls, portLevelMtls: record(mutualTls) }) as Shape<PeerAuthenticationSpec>,
  RequestAuthentication: object({ ...targets, jwtRules: list(jwtRule) }) as Shape<RequestAuthenticationSpec>,
  Namespace: object({}),
  ConfigMap: object({ mesh: text }),
  IstioOperator: object({
    meshConfig: map,
    values: object({ meshConfig: map, pilot }),
    components: object({ pilot: object({ k8s: object({ env: environment }) }) }),
  }),
  HelmValues: object({ meshConfig: map, pilot, env: record(text) }),
  Service: object({
    type: text,
    externalName: text,
    clusterIP: text,
    clusterIPs: list(text),
    selector: labels,
    ports: list(object({ name: text, port: number, targetPort: textOrNumber, protocol: text, appProtocol: text })),
  }),
  EndpointSlice: object({
    endpoints: list(object({ addresses: list(text), targetRef: object({ kind: text, name: text, namespace: text }) })),
    ports: list(object({ name: text, port: number })),
  }),
  ServiceEntry: object({
    hosts: list(text),
    addresses: list(text),
    ports: list(object({ name: text, number, protocol: text, targetPort: number })),
    resolution: text,
    location: text,
    endpoints: list(machine),
    workloadSelector: object({ labels }),
    exportTo: list(text),
  }),
  WorkloadEntry: machine,
  WorkloadGroup: object({ metadata: object({ labels, annotations: labels }), template: machine }),
  DestinationRule: object({
    host: text,
    exportTo: list(text),
    workloadSelector: selector,
    trafficPolicy,
    subsets: list(object({ name: text, labels, trafficPolicy })),
  }),
  EnvoyFilter: object({ workloadSelector: object({ labels }), targetRefs: list(targetRef) }),
  WasmPlugin: object(targets),
  Sidecar: object({
    workloadSelector: object({ labels }),
    ingress: list(object({})),
    egress: list(object({ port: object({ number }), hosts: list(text) })),
    outboundTrafficPolicy: object({ mode: text }),
  }),
  Gateway: object({ selector: labels, servers: list(server) }),
  KubernetesGateway: object({ gatewayClassName: text, listeners: list(listener) }),
  GatewayClass: object({ controllerName: text }),
  VirtualService: VIRTUAL_SERVICE,
  HTTPRoute: HTTP_ROUTE,
  GRPCRoute: route,
  Pod: podSpec,
  Deployment: templated,
  StatefulSet: templated,
  DaemonSet: templated,
  ReplicaSet: templated,
  ReplicationController: templated,
  Job: templated,
  CronJob: object({ jobTemplate: object({ spec: templated }) }),
};

export type Kind = keyof typeof KINDS;
export type SpecOf<K extends Kind> = Shaped<typeof KINDS[K]>;
export type PodTemplate = Shaped<typeof template>;
export type LabelSelector = Shaped<typeof labelSelector>;
/** What WorkloadEntries, WorkloadGroups and the endpoints of ServiceEntries say of a machine. */
export type MachineSpec = Shaped<typeof machine>;

/** What is read of `metadata` and `status`. */
export const META: Shape<ObjectMeta> = object({ name: text, namespace: text, labels, annotations: labels, creationTimestamp: text });
export const STATUS = object({ podIP: text, podIPs: list(object({ ip: text })), addresses: list(object({ type: text, value: text })) });

const ISTIO = 'networking.istio.io';
const GATEWAY_API = 'gateway.networking.k8s.io';

/** The API group of every kind: others may use the same names. */
const GROUPS: Readonly<Record<Exclude<Kind, 'HelmValues'>, string>> = {
  AuthorizationPolicy: SECURITY_GROUP,
  PeerAuthentication: SECURITY_GROUP,
  RequestAuthentication: SECURITY_GROUP,
  Namespace: '',
  ConfigMap: '',
  IstioOperator: 'install.istio.io',
  Service: '',
  Pod: '',
  EndpointSlice: 'discovery.k8s.io',
  ServiceEntry: ISTIO,
  WorkloadEntry: ISTIO,
  WorkloadGroup: ISTIO,
  DestinationRule: ISTIO,
  EnvoyFilter: ISTIO,
  WasmPlugin: 'extensions.istio.io',
  Sidecar: ISTIO,
  Gateway: ISTIO,
  VirtualService: ISTIO,
  KubernetesGateway: GATEWAY_API,
  GatewayClass: GATEWAY_API,
  HTTPRoute: GATEWAY_API,
  GRPCRoute: GATEWAY_API,
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  ReplicationController: '',
  Job: 'batch',
  CronJob: 'batch',
};

/** Kinds whose objects are of no namespace. */
const CLUSTER_WIDE: readonly (Kind | undefined)[] = ['Namespace', 'GatewayClass'];

/** Whether the objects of a kind are of no namespace. */
export function isClusterWide(kind: Kind | undefined): boolean { return CLUSTER_WIDE.includes(kind); }

/** The field of an object that holds what is read; undefined where it has no such field, and all of it is. */
export function contentOf(kind: Kind): string | undefined {
  if (kind === 'EndpointSlice') return undefined;
  return kind === 'ConfigMap' ? 'data' : 'spec';
}

/** The group in an API version; empty for the core of Kubernetes. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The kind of an object, if it is read. Two kinds are called Gateway. */
export function kindOf(apiVersion: string, name: string): Kind | undefined {
  const group = groupOf(apiVersion);
  return (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).find(kind => GROUPS[kind] === group && name === (kind === 'KubernetesGateway' ? 'Gateway' : kind));
}

/** Whether istiod reads its MeshConfig from a ConfigMap of this name: that of a revision has its name at the end. */
export function isMeshConfigMap(name: string): boolean {
  return name === 'istio' || name.startsWith('istio-');
}
