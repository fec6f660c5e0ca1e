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

const containers = list(object({ ports: list(object({ name: text, containerPort: number })) }));
const podSpec = object({ serviceAccountName: text, hostNetwork: flag, containers });
const template = object({ metadata: object({ labels, annotations: labels }), spec: podSpec });
const templated = object({ template });

const clientTls = object({ mode: word('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'), credentialName: text, sni: text });

const server = object({ port: object({ number, protocol: text }), hosts: list(text), tls: object({ mode: text }) });
const listener = object({ port: number, protocol: text, hostname: text, tls: object({ mode: text, options: labels }) });
const route = object({
  parentRefs: list(object({ name: text, namespace: text })),
  hostnames: list(text),
  rules: list(object({})),
});
const l4Route = object({ match: list(object({ port: number })) });

const kymaAuthorizer = object({ name: text, headers: object({ toUpstream: object({ onAllow: list(text) }) }) });

/** The shape of `spec` of every kind that is read; of `data` for a ConfigMap, and of Helm's values, which are no object of Kubernetes, all. */
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
  ConfigMap: object({ mesh: text }),
  IstioOperator: object({ meshConfig: map, values: object({ meshConfig: map }) }),
  SailIstio: object({ values: object({ meshConfig: map }) }),
  KymaIstio: object({ config: object({ numTrustedProxies: number, authorizers: list(kymaAuthorizer) }) }),
  HelmValues: object({ meshConfig: map }),
  Service: object({
    clusterIP: text,
    selector: labels,
    ports: list(object({ name: text, port: number, targetPort: textOrNumber, protocol: text, appProtocol: text })),
  }),
  ServiceEntry: object({ addresses: list(text), ports: list(object({ number, protocol: text })) }),
  DestinationRule: object({
    host: text,
    exportTo: list(text),
    workloadSelector: selector,
    trafficPolicy: object({ tls: clientTls, portLevelSettings: list(object({ port: object({ number }), tls: clientTls })) }),
    subsets: list(object({ trafficPolicy: object({ tls: clientTls }) })),
  }),
  EnvoyFilter: object({ workloadSelector: object({ labels }), targetRefs: list(targetRef) }),
  WasmPlugin: object(targets),
  Sidecar: object({ workloadSelector: object({ labels }), ingress: list(object({})) }),
  Gateway: object({ selector: labels, servers: list(server) }),
  KubernetesGateway: object({ gatewayClassName: text, listeners: list(listener) }),
  VirtualService: object({
    hosts: list(text),
    gateways: list(text),
    http: list(object({})),
    tcp: list(l4Route),
    tls: list(l4Route),
  }),
  HTTPRoute: route,
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

/** What is read of a policy of a kind that Istio does not have. */
export const TARGETS = object(targets);

/** What is read of `metadata` and `status`. */
export const META: Shape<ObjectMeta> = object({ name: text, namespace: text, labels, annotations: labels, creationTimestamp: text });
export const STATUS = object({ podIP: text });

const ISTIO = 'networking.istio.io';
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
  SailIstio: 'sailoperator.io',
  KymaIstio: 'operator.kyma-project.io',
  Service: '',
  Pod: '',
  ServiceEntry: ISTIO,
  DestinationRule: ISTIO,
  EnvoyFilter: ISTIO,
  WasmPlugin: 'extensions.istio.io',
  Sidecar: ISTIO,
  Gateway: ISTIO,
  VirtualService: ISTIO,
  KubernetesGateway: GATEWAY_API,
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

/** The group in an API version; empty for the core of Kubernetes. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Kinds of one name in several groups. */
const NAMES: { readonly [kind: string]: string } = { KubernetesGateway: 'Gateway', SailIstio: 'Istio', KymaIstio: 'Istio' };

/** The kind of an object, if it is read. */
export function kindOf(apiVersion: string, name: string): Kind | undefined {
  const group = groupOf(apiVersion);
  return (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).find(kind => GROUPS[kind] === group && name === (NAMES[kind] ?? kind));
}

/** Whether istiod reads its MeshConfig from a ConfigMap of this name: that of a revision has its name at the end. */
export function isMeshConfigMap(name: string): boolean {
  return name === 'istio' || name.startsWith('istio-');
}
