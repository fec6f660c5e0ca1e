import { Hop } from './hop';
import { firstLabel, Met, Pods } from './met';
import { Mesh } from '../request/mesh-settings';
import { AccessRequest, RequestDestination } from '../request/request';
import { Doubt, Reading } from '../resources/doubt';
import { Labels } from '../resources/inventory';
import { Kind, POLICY_KINDS, SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';
import { hasLabels, policyNamespaces, selects, Targeted, whyDetached } from '../workloads/attachment';
import { GATEWAY_NAME, USE_WAYPOINT, USE_CANARY } from '../workloads/label-names';

/** Whether something in doubt may concern a request: what can be read of its scope (where it is, what it selects, names or is for) does not exclude it. */
export function mayConcern({ kind, namespace, readings }: Doubt, met: Met): boolean {
  if (namespace === undefined || readings.length === 0) return true;
  return readings.some(reading => {
    if (kind === undefined || POLICY_KINDS.includes(kind)) return policyMayConcern(kind ?? 'AuthorizationPolicy', reading as Reading<Targeted>, met);
    const { scope, concerns } = CONCERNS[kind] ?? OTHERS;
    const isAmiss = (fields: readonly string[]) => reading.faults.some(({ field }) => fields.some(one => overlap(field, one)));
    if (isAmiss(ADDRESSES[kind] ?? []) && leadsToAddresses(met)) return true;
    return (concerns as Concerns)(reading.resource, met, !isAmiss(['metadata.name', 'metadata.namespace', ...scope]));
  });
}

/** Whether something in doubt is the Service that a request names: without one of its ports there is no way to be found. */
export function isAddressed({ kind, readings: [reading] }: Doubt, { destination: { namespace, service } }: AccessRequest): boolean {
  return kind === 'Service' && reading.resource.namespace === namespace && reading.resource.name === service;
}

/** A policy concerns the proxies that it is attached to, or could be; one for mutual TLS what clients send, too. */
function policyMayConcern(kind: Kind, reading: Reading<Targeted>, met: Met): boolean {
  const { hops, mesh, request } = met;
  const { resource } = reading;
  const isLegible = isScopeRead(reading);
  const attaches = ({ proxy }: Hop) => {
    return policyNamespaces(proxy, mesh).includes(resource.namespace) && (!isLegible || whyDetached(resource, proxy, mesh) === undefined);
  };
  switch (kind) {
    case 'PeerAuthentication': return hops.some(hop => peerAuthenticationMayConcern(resource, hop, mesh, isLegible)) || mayBeSentBy(resource, met, isLegible);
    case 'RequestAuthentication': return request.http !== undefined && hops.some(hop => hop.at !== 'ztunnel' && attaches(hop));
    default: return hops.some(attaches);
  }
}

/** Of sidecars and ztunnel; in the root namespace only those without labels count. */
function peerAuthenticationMayConcern(policy: Resource<Targeted>, { at, proxy }: Hop, { rootNamespace }: Mesh, isLegible: boolean): boolean {
  const { namespace, spec: { selector } } = policy;
  if (at !== 'sidecar' && at !== 'ztunnel') return false;
  if (!isLegible || !hasLabels(selector)) return namespace === proxy.namespace || namespace === rootNamespace;
  return namespace === proxy.namespace && selects(selector?.matchLabels, proxy.labels);
}

/** Whether a sidecar that sends may go by it: it is told the modes of the pods, and of the namespace of a host. */
function mayBeSentBy(policy: Resource<Targeted>, met: Met, isLegible: boolean): boolean {
  const { spec: { selector } } = policy;
  const selectsAny = () => !hasLabels(selector) || met.pods.some(({ labels }) => selects(selector?.matchLabels, labels));
  return isSent(met) && isNear(policy, met) && (!isLegible || selectsAny());
}

const SAYS_WHAT = /^(spec\.(rules|action|provider|mtls|portLevelMtls|jwtRules)|metadata\.annotations)\b/;
const SAYS_WHERE = /^(metadata(\.(name|namespace|labels)\b.*)?|spec(\.(selector|targetRefs?)\b.*)?)$/;

/** Whether it can be read where a policy is attached: a field that Istio does not know may have been meant to say so, unless another does. */
function isScopeRead({ resource: { spec: { selector, targetRefs = [] } }, faults }: Reading<Targeted>): boolean {
  const isScoped = hasLabels(selector) || targetRefs.length > 0;
  return faults.every(({ field }) => SAYS_WHAT.test(field) || isScoped && !SAYS_WHERE.test(field));
}

/** Whether one of two fields holds the other. */
function overlap(a: string, b: string): boolean {
  const [outer, inner] = a.length < b.length ? [a, b] : [b, a];
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** How it is told whether an object of a kind may concern a request. */
interface Concern<K extends Kind = Kind> {
  /** The fields that say so. */
  readonly scope: readonly string[];
  /** Where these cannot be read, they may say anything. */
  readonly concerns: (resource: Resource<SpecOf<K>>, met: Met, isLegible: boolean) => boolean;
}

/** The rule of a kind for what was read as that kind. */
type Concerns = (resource: Resource<unknown>, met: Met, isLegible: boolean) => boolean;

function isNear({ namespace }: Resource<unknown>, { namespaces, mesh }: Met): boolean {
  return namespaces.includes(namespace) || namespace === mesh.rootNamespace;
}

function hasGateway({ hops }: Met): boolean {
  return hops.some(({ at }) => at === 'gateway');
}

/** Of kinds without a rule of their own it is only known where they are. */
const OTHERS: Concern = { scope: [], concerns: isNear };

const TEMPLATED = { scope: ['spec.template.metadata'], concerns: workloadMayConcern };
const ROUTE = { scope: ['spec.parentRefs'], concerns: routeMayConcern };

const CONCERNS: { readonly [K in Kind]?: Concern<K> } = {
  Namespace: {
    scope: [],
    concerns: ({ name }, met) => met.namespaces.includes(name) || hasGateway(met) || met.mesh.discoverySelectors !== undefined,
  },
  ServiceAccount: { scope: [], concerns: () => false },
  Service: { scope: ['spec.selector'], concerns: serviceMayConcern },
  ServiceEntry: { scope: ['spec.workloadSelector', 'spec.endpoints'], concerns: serviceEntryMayConcern },
  DestinationRule: {
    scope: ['spec.host'],
    concerns: (rule, met, isLegible) => isPassedOn(met) || isSent(met) && isNear(rule, met) && (!isLegible || isCalled(rule.spec.host ?? '', met)),
  },
  Gateway: {
    scope: ['spec.selector'],
    concerns: (gateway, met, isLegible) => isLegible
      ? podsMet(met).some(({ labels }) => selects(gateway.spec.selector, labels)) || hasWaypoint(met)
      : hasGateway(met) || isNear(gateway, met) || hasWaypoint(met),
  },
  KubernetesGateway: {
    scope: ['spec.addresses'],
    concerns: (gateway, met, isLegible) => gatewayNames(met).includes(gateway.name) || !isLegible && isNear(gateway, met)
      || gateway.namespace === met.client.namespace && hasWaypoint(met),
  },
  ListenerSet: {
    scope: ['spec.parentRef'],
    concerns: ({ spec: { parentRef: { name = '' } = {} } }, met, isLegible) => isLegible ? gatewayNames(met).includes(name) : hasGateway(met),
  },
  VirtualService: { scope: ['spec.hosts', 'spec.gateways'], concerns: virtualServiceMayConcern },
  HTTPRoute: ROUTE,
  GRPCRoute: ROUTE,
  TLSRoute: ROUTE,
  TCPRoute: ROUTE,
  Pod: { scope: ['metadata.labels'], concerns: workloadMayConcern },
  Deployment: TEMPLATED,
  StatefulSet: TEMPLATED,
  DaemonSet: TEMPLATED,
  ReplicaSet: TEMPLATED,
  ReplicationController: TEMPLATED,
  Job: TEMPLATED,
  WorkloadEntry: { scope: ['metadata.labels', 'spec.labels'], concerns: workloadMayConcern },
  WorkloadGroup: { scope: ['spec.metadata.labels', 'spec.template.labels'], concerns: workloadMayConcern },
  CronJob: { scope: ['spec.jobTemplate.spec.template.metadata'], concerns: workloadMayConcern },
};

/** Where workloads say by which addresses they are found, whatever their namespace. */
const ADDRESSES: { readonly [K in Kind]?: readonly string[] } = { Pod: ['status'], WorkloadEntry: ['spec.address'] };

/** Whether the request is for an object that may lead to addresses: a ServiceEntry, or a Service without selector. */
function leadsToAddresses({ inventory, destinations }: Met): boolean {
  return destinations.some(({ namespace, service, serviceEntry }) => serviceEntry !== undefined
    || service !== undefined && inventory.find('Service', namespace, service)?.spec.selector === undefined);
}

/** What the request goes to, and what sends it. */
function podsMet({ pods, client }: Met): Pods[] { return [...pods, ...client.pods]; }

/** Whether it is asked what the proxy of the client does. */
function isSent({ client }: Met): boolean { return client.workload !== undefined || client.isNamed; }

/** Whether it goes through a gateway between networks, which passes on what is for any Service or ServiceEntry. */
function isPassedOn(met: Met): boolean { return hasGateway(met) && met.request.source?.sni?.startsWith('outbound_') === true; }

type RouteResource = Resource<Pick<SpecOf<'HTTPRoute'>, 'parentRefs'>>;

/** A route of a gateway, or of clients of a Service. */
function routeMayConcern(route: RouteResource, met: Met, isLegible: boolean): boolean {
  if (!isLegible && met.namespaces.includes(route.namespace)) return true;
  return gatewayRouteMayConcern(route, met, isLegible) || isLegible && parentsOf(route).some(name => isCalled(name, met));
}

function gatewayRouteMayConcern(route: RouteResource, met: Met, isLegible: boolean): boolean {
  const names = gatewayNames(met);
  return isLegible ? parentsOf(route).some(name => names.includes(name)) : hasGateway(met);
}

function parentsOf({ spec: { parentRefs = [] } }: RouteResource): string[] { return parentRefs.map(({ name = '' }) => name); }

/** What the request goes to, or may be behind what it addresses; or its client, which by identity matters to waypoints and server names only. */
function workloadMayConcern({ namespace, name }: Resource<unknown>, met: Met, isLegible: boolean): boolean {
  const { pods, client, destinations } = met;
  const mayBeClient = () => client.workload === undefined ? client.isNamed || gatewayNames(met).length > 0 : client.workload === name;
  const isClient = namespace === client.namespace && mayBeClient();
  const isBehind = !isLegible && destinations.some(destination => destination.workload === undefined && namespace === destination.namespace);
  return isClient || isBehind || pods.some(one => one.namespace === namespace && one.name === name);
}

/** It declares ports of workloads, and has hosts that ServiceEntries of its namespace have not then. */
function serviceMayConcern(service: Resource<SpecOf<'Service'>>, met: Met, isLegible: boolean): boolean {
  const { namespace, name, spec: { selector } } = service;
  const mayBe = (one: RequestDestination) => one.namespace === namespace && (one.serviceEntry !== undefined || one.service === name);
  if (isPassedOn(met) || met.destinations.some(mayBe)) return true;
  return podsMet(met).some(one => one.namespace === namespace && (!isLegible || selects(selector, one.labels)));
}

/** It declares ports of workloads that it leads to, and has hosts that other ServiceEntries of its namespace have not then. */
function serviceEntryMayConcern(entry: Resource<SpecOf<'ServiceEntry'>>, met: Met, isLegible: boolean): boolean {
  const { namespace, spec: { workloadSelector, endpoints = [] } } = entry;
  if (isSent(met) || isPassedOn(met) || met.destinations.some(({ serviceEntry }) => serviceEntry !== undefined) && isNear(entry, met)) return true;
  const leadsTo = ({ labels }: Pods) => workloadSelector ? selects(workloadSelector.labels, labels) : endpoints.length > 0;
  return met.pods.some(one => one.namespace === namespace && (!isLegible || leadsTo(one)));
}

/** A VirtualService without gateways is for clients in the mesh. */
function virtualServiceMayConcern({ namespace, spec }: Resource<SpecOf<'VirtualService'>>, met: Met, isLegible: boolean): boolean {
  const { hosts = [], gateways = [] } = spec;
  if (hasGateway(met)) return true;
  if (!isLegible) return isSent(met) || met.namespaces.includes(namespace);
  const isOfMesh = gateways.length === 0 || gateways.includes('mesh');
  return isOfMesh && (hosts.length === 0 || hosts.some(host => isCalled(host, met)));
}

function isCalled(host: string, { hosts }: Met): boolean {
  return hosts === undefined || host.startsWith('*') || hosts.includes(firstLabel(host));
}

const WAYPOINT_LABELS = [USE_WAYPOINT, USE_CANARY, GATEWAY_NAME];

/** Whether it may matter which way the client takes. */
function hasWaypoint(met: Met): boolean {
  return met.destinations.some(({ waypoint }) => waypoint === undefined) && labelsMet(met).some(labels => labels?.[USE_WAYPOINT] !== undefined);
}

/** Names of gateways of the Gateway API that stand on the way, or that labels of what does name. */
function gatewayNames(met: Met): string[] {
  const { hops, destinations, served } = met;
  const labelled = labelsMet(met).flatMap(of => WAYPOINT_LABELS.map(label => of?.[label]));
  const named = destinations.flatMap(({ gateway, waypoint }) => [gateway, waypoint?.split('/').pop()]);
  return [...named, ...served, ...hops.map(({ proxy }) => proxy.gatewayName), ...labelled].filter(name => name !== undefined);
}

/** The labels of all that a request names, and of the namespaces of it. */
function labelsMet({ inventory, pods, namespaces, destinations }: Met): (Labels | undefined)[] {
  const addressed = destinations.flatMap(({ namespace, service, serviceEntry }) =>
    [inventory.find('Service', namespace, service), inventory.find('ServiceEntry', namespace, serviceEntry)]);
  return [
    ...pods.map(one => one.labels),
    ...addressed.map(object => object?.meta.labels),
    ...namespaces.map(name => inventory.namespaceLabels(name)),
  ];
}
