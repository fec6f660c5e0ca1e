import { GATEWAY_KINDS } from './gateway-kinds';
import { ISTIO_VALUES, LABEL_SELECTOR } from './istio-values';
import { NETWORK_POLICY } from './network-policy';
import { AuthorizationPolicySpec } from '../../istio/authorization-policy';
import { ObjectMeta, SECURITY_GROUP } from '../../istio/manifest';
import { PeerAuthenticationSpec } from '../../istio/peer-authentication';
import { RequestAuthenticationSpec } from '../../istio/request-authentication';
import { asItIs, filled, flag, list, map, number, object, record, Shape, Shaped, text, textOrNumber, word } from '../../util/shape';
import { OPERATION_FIELDS, SOURCE_FIELDS } from '../matching/fields';

// What is read of each kind. Everything else in a manifest, and everything that is not of its type, is left out,
// as the API server would do or refuse to do: validation tells about it, an evaluation must not stumble over it.

const labels = record(text);
const selector = object({ matchLabels: labels });
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
const containerPorts = list(object({ name: text, containerPort: number, protocol: text }));
const securityContext = object({ runAsUser: number, runAsGroup: number });
const containers = list(object({ name: text, command: list(text), args: list(text), env: environment, ports: containerPorts, securityContext }));
const podSpec = object({
  serviceAccountName: text, serviceAccount: text, hostNetwork: flag, securityContext, containers, initContainers: containers,
});
const template = object({ metadata: object({ labels, annotations: labels }), spec: podSpec });
const templated = object({ template, replicas: number, ordinals: object({ start: number }) });

const sailSpec = object({ namespace: text, version: text, updateStrategy: object({ type: text }), values: ISTIO_VALUES });

const clientTls = object({
  mode: word('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  credentialName: text,
  clientCertificate: text,
  privateKey: text,
  sni: text,
  subjectAltNames: list(text),
});
const loadBalancer = object({ simple: text });
const ofPort = object({ port: object({ number }), tls: clientTls, loadBalancer });
const trafficPolicy = object({ tls: clientTls, loadBalancer, portLevelSettings: list(ofPort), tunnel: object({}), proxyProtocol: object({}) });

const machine = object({ address: text, labels, ports: record(number), serviceAccount: text });

const kymaAuthorizer = object({ name: text, headers: object({ toUpstream: object({ onAllow: list(text) }) }) });

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
  ServiceAccount: object({}),
  ConfigMap: object({ mesh: text, values: text, config: text }),
  IstioOperator: object({
    meshConfig: map,
    values: ISTIO_VALUES,
    revision: text,
    profile: text,
    components: object({ cni: object({ enabled: flag }), pilot: object({ k8s: object({ env: environment }) }) }),
  }),
  HelmValues: ISTIO_VALUES,
  Istio: sailSpec,
  IstioRevision: sailSpec,
  IstioRevisionTag: object({ targetRef: object({ kind: text, name: text }) }),
  IstioCNI: object({ values: ISTIO_VALUES }),
  MutatingWebhookConfiguration: object({ webhooks: list(object({ name: text, namespaceSelector: LABEL_SELECTOR })) }),
  KymaIstio: object({ config: object({ numTrustedProxies: number, authorizers: list(kymaAuthorizer) }) }),
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
    exportTo: list(text),
    addresses: list(text),
    ports: list(object({ name: text, number, protocol: text, targetPort: number })),
    resolution: text,
    location: text,
    endpoints: list(machine),
    workloadSelector: object({ labels }),
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
  // patches are what Envoy makes of them: only a limit of requests is told from the rest
  EnvoyFilter: object({ workloadSelector: object({ labels }), targetRefs: list(targetRef), configPatches: asItIs }),
  WasmPlugin: object(targets),
  TrafficExtension: object(targets),
  Sidecar: object({
    workloadSelector: object({ labels }),
    ingress: list(object({})),
    egress: list(object({ port: object({ number }), hosts: list(text) })),
    outboundTrafficPolicy: object({ mode: text }),
  }),
  ...GATEWAY_KINDS,
  NetworkPolicy: NETWORK_POLICY,
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
/** What WorkloadEntries, WorkloadGroups and the endpoints of ServiceEntries say of a machine. */
export type MachineSpec = Shaped<typeof machine>;

/** What is read of a policy of a kind that Istio does not have. */
export const TARGETS = object(targets);

/** What is read of `metadata` and `status`. */
export const META: Shape<ObjectMeta> = object({
  name: text,
  generateName: text,
  namespace: text,
  labels,
  annotations: labels,
  creationTimestamp: text,
});
export const STATUS = object({ podIP: text, podIPs: list(object({ ip: text })), addresses: list(object({ type: text, value: text })) });

const ISTIO = 'networking.istio.io';
const SAIL = 'sailoperator.io';
const GATEWAY_API = 'gateway.networking.k8s.io';

/** The API group of every kind: others may use the same names. */
const GROUPS: Readonly<Record<Exclude<Kind, 'HelmValues'>, string>> = {
  AuthorizationPolicy: SECURITY_GROUP,
  PeerAuthentication: SECURITY_GROUP,
  RequestAuthentication: SECURITY_GROUP,
  Namespace: '',
  ServiceAccount: '',
  ConfigMap: '',
  IstioOperator: 'install.istio.io',
  Istio: SAIL,
  IstioRevision: SAIL,
  IstioRevisionTag: SAIL,
  IstioCNI: SAIL,
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io',
  KymaIstio: 'operator.kyma-project.io',
  Service: '',
  Pod: '',
  EndpointSlice: 'discovery.k8s.io',
  ServiceEntry: ISTIO,
  WorkloadEntry: ISTIO,
  WorkloadGroup: ISTIO,
  DestinationRule: ISTIO,
  EnvoyFilter: ISTIO,
  WasmPlugin: 'extensions.istio.io',
  TrafficExtension: 'extensions.istio.io',
  Sidecar: ISTIO,
  Gateway: ISTIO,
  VirtualService: ISTIO,
  GatewayClass: GATEWAY_API,
  KubernetesGateway: GATEWAY_API,
  ListenerSet: GATEWAY_API,
  HTTPRoute: GATEWAY_API,
  GRPCRoute: GATEWAY_API,
  BackendTLSPolicy: GATEWAY_API,
  TLSRoute: GATEWAY_API,
  TCPRoute: GATEWAY_API,
  NetworkPolicy: 'networking.k8s.io',
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  ReplicationController: '',
  Job: 'batch',
  CronJob: 'batch',
};

/** Kinds that are policies. */
export const POLICY_KINDS: readonly (Kind | undefined)[] = ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'];

/** Kinds whose objects are of no namespace. */
const CLUSTER_WIDE: readonly (Kind | undefined)[] = ['Istio', 'IstioRevision', 'IstioRevisionTag', 'IstioCNI', 'MutatingWebhookConfiguration', 'Namespace', 'GatewayClass'];

/** Whether the objects of a kind are of no namespace. */
export function isClusterWide(kind: Kind | undefined): boolean { return CLUSTER_WIDE.includes(kind); }

/** Whether the objects of a kind say something of the whole mesh, wherever they are. */
export function isOfMesh(kind: Kind | undefined): boolean {
  return isClusterWide(kind) || kind === 'ConfigMap' || kind === 'IstioOperator' || kind === 'KymaIstio' || kind === 'HelmValues';
}

/** The field of an object that holds what is read; undefined where it has no such field, and all of it is. */
export function contentOf(kind: Kind): string | undefined {
  if (kind === 'EndpointSlice' || kind === 'MutatingWebhookConfiguration') return undefined;
  return kind === 'ConfigMap' ? 'data' : 'spec';
}

/** The group in an API version; empty for the core of Kubernetes. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Kinds of one name in several groups. */
const NAMES: { readonly [kind: string]: string } = { KubernetesGateway: 'Gateway', KymaIstio: 'Istio' };

/** What a kind is called in its group. */
export function titleOf(kind: Kind): string { return NAMES[kind] ?? kind; }

/** Every kind by its group and name. */
const BY_NAME: ReadonlyMap<string, Kind> = new Map((Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map(kind => [`${GROUPS[kind]}/${titleOf(kind)}`, kind]));

/** The kind of an object, if it is read. */
export function kindOf(apiVersion: string, name: string): Kind | undefined {
  return BY_NAME.get(`${groupOf(apiVersion)}/${name}`);
}

/** Whether istiod reads its MeshConfig from a ConfigMap of this name: that of a revision has its name at the end. */
export function isMeshConfigMap(name: string): boolean {
  return name === 'istio' || name.startsWith('istio-');
}

export const INJECTOR_CONFIG_MAP = 'istio-sidecar-injector';

/** Whether the injector of a control plane reads its settings from a ConfigMap of this name. */
export function isInjectorConfigMap(name: string): boolean {
  return name === INJECTOR_CONFIG_MAP || name.startsWith(`${INJECTOR_CONFIG_MAP}-`);
}
