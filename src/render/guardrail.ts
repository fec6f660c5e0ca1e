import { allBut, StatedOperation } from './all-but';
import { arePodsBehind, attachmentOf, atPods, atWaypoint, checkWaypoints } from './attachment';
import { checkConnectionsOnly, checkScope } from './checks';
import { httpFields, isConnectionOperation } from './operation';
import { httpPortsOf, tcpPortOf } from './port';
import { Rendering } from './rendering';
import { principalsOf } from './source';
import { Caller } from '../intent/caller';
import { GuardrailIntent, GuardrailLaw } from '../intent/guardrail-intent';
import { DataPlane, NamespaceFacts, waypointCaller, waypointsOf } from '../intent/mesh';
import { OperationData } from '../intent/operation-data';
import { ServiceFacts, WorkloadFacts } from '../intent/workload';
import { AuthorizationPolicyAction, AuthorizationPolicySpec, AuthorizationRule, AuthorizationRuleFrom } from '../istio/authorization-policy';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { isKnownTo } from '../istio/versions';
import { quoted, unique } from '../util/text';

/** A place where a guardrail is enforced. */
interface Place {
  readonly scope: Pick<AuthorizationPolicySpec, 'selector' | 'targetRefs'>;
  /** The ports of an operation, as the proxy numbers them. */
  readonly portsOf: (operation: OperationData) => string[];
  /** Identities of waypoints in front of it, which stand for whoever calls through them, and have asked already. */
  readonly waypoint: readonly string[];
}

/**
 * DENY, written so that nothing slips past: where only some may call, by negation; where some may not, beside all who have no identity; operations by
 * what is left of them. Twice where there is a waypoint: no policy without targetRefs reaches it, and pods can be called past it.
 */
export function renderGuardrail(intent: GuardrailIntent): Rendering {
  const problems: string[] = [];
  const { law, namespace } = intent;
  if ('operations' in law && !intent.target && namespace) { checkNamespaceWide(law.operations, namespace, problems); }
  const places = triedOut(placesOf(intent, problems), intent, problems);
  const specs = Object.entries(places).flatMap(([role, place]): [string, AuthorizationPolicySpec][] => {
    const rules = place ? rulesAt(place, intent, problems) : [];
    return place && rules.length > 0 ? [[role, { ...place.scope, action: AuthorizationPolicyAction.DENY, rules }]] : [];
  });
  return { specs: Object.fromEntries(specs), problems: unique(problems) };
}

interface Places { readonly [role: string]: Place | undefined }

function placesOf(intent: GuardrailIntent, problems: string[]): Places {
  const { target, namespace, mesh, law } = intent;
  if (target && namespace) { return ofWorkload(target, namespace, intent, problems); }
  const whole = { scope: {}, portsOf: numbersOf, waypoint: [] };
  if (!namespace) {
    const isForWaypoints = 'callers' in law && isKnownTo(mesh.istioVersion, '1.25');
    const waypoint = 'callers' in law ? waypointsAmong(law.callers, intent) : [];
    return { 'guardrail': { ...whole, waypoint }, 'waypoint-guardrail': isForWaypoints ? { ...whole, scope: attachedTo('GatewayClass', 'istio-waypoint') } : undefined };
  }
  const waypoints = waypointsOf(namespace).map(({ name }) => name);
  return {
    'guardrail': { ...whole, waypoint: identitiesOfWaypoints(intent) },
    'waypoint-guardrail': waypoints.length === 0 ? undefined : { ...whole, scope: attachedTo('Gateway', ...waypoints) },
  };
}

/** ztunnel is not given what is only tried out: of two places that leaves the waypoint. */
function triedOut(places: Places, { isDryRun, namespace }: GuardrailIntent, problems: string[]): Places {
  if (!isDryRun || namespace?.dataPlane !== DataPlane.AMBIENT) { return places; }
  const { 'waypoint-guardrail': atWaypoints } = places;
  if (!atWaypoints) {
    problems.push('Enforcement.DRY_RUN says nothing at ztunnel, which is not given it, and nothing here goes through a waypoint of '
      + `namespace ${quoted(namespace.name)}; enforce it, or declare a waypoint`);
  }
  return { 'waypoint-guardrail': atWaypoints };
}

function ofWorkload(target: WorkloadFacts, namespace: NamespaceFacts, intent: GuardrailIntent, problems: string[]): Places {
  const { mesh, law } = intent;
  const [pods, waypoint] = [atPods(target, namespace), atWaypoint(target, namespace)];
  checkScope({ mesh, target }, pods, problems);
  checkWaypoints(target, namespace, problems);
  if (arePodsBehind(target, namespace)) {
    problems.push(`what is sent to the pods of ${quoted(target.path)} passes waypoint ${quoted(namespace.waypoint!.name)} too (forPods), where nothing can be said of a workload by itself; `
      + 'say it of the namespace by GuardrailScope.namespace(…), label the pods istio.io/use-waypoint: none, or leave out forPods');
  }
  if ('operations' in law && pods.proxy === 'ztunnel' && !waypoint) {
    checkConnectionsOnly(law.operations, [], attachmentOf(target, namespace, []), problems);
  }
  const portsOf = (operation: OperationData) => containerPortsOf(operation, target, problems);
  return {
    'guardrail': { scope: pods.scope, portsOf: operation => portsOf(operation).map(String), waypoint: waypoint ? identitiesOfWaypoints(intent) : [] },
    'waypoint-guardrail': waypoint && { scope: waypoint.scope, portsOf: operation => servicePorts(waypoint.services, portsOf(operation), problems), waypoint: [] },
  };
}

/** A waypoint counts ports as each Service does. What none of them offers is not called through it. */
function servicePorts(services: readonly ServiceFacts[], containerPorts: readonly number[], problems: string[]): string[] {
  const offered = services.flatMap(({ name, ports }) => ports.filter(({ transport }) => transport === 'TCP').map(port => ({ ...port, service: name })));
  const isMeant = ({ targetPort }: { readonly targetPort: number }) => containerPorts.includes(targetPort);
  const ports = unique(offered.filter(isMeant).map(({ port }) => port));
  const other = offered.find(one => ports.includes(one.port) && !isMeant(one));
  if (other) {
    problems.push(`port ${other.port} of Service ${quoted(other.service)} leads to ${other.targetPort}, and that of another Service of the same pods elsewhere, `
      + 'which one policy at their waypoint cannot tell apart; give the Services the same ports');
  }
  return ports.map(String);
}

function identitiesOfWaypoints({ namespace, mesh }: GuardrailIntent): string[] {
  return namespace ? principalsOf(waypointsOf(namespace).map(waypointCaller), mesh, namespace) : [];
}

function attachedTo(kind: string, ...names: readonly string[]): Place['scope'] { return { targetRefs: names.map(name => ({ group: GATEWAY_API_GROUP, kind, name })) }; }

function containerPortsOf(operation: OperationData, target: WorkloadFacts, problems: string[]): number[] {
  return operation.kind === 'tcp' ? tcpPortOf(operation, target, problems) : httpPortsOf(operation, target, problems);
}

/** Beyond single workloads ports are known by what is stated only. */
function numbersOf(operation: OperationData): string[] { return (operation.kind === 'tcp' ? [operation.port] : operation.ports).map(String); }

/** ztunnel sees connections only, and a waypoint counts ports as each of its Services does. */
function checkNamespaceWide(operations: readonly OperationData[], namespace: NamespaceFacts, problems: string[]): void {
  const { name, dataPlane } = namespace;
  const cure = 'state it for each workload: GuardrailScope.workload(…)';
  const { length: waypoints } = waypointsOf(namespace);
  if (waypoints > 0) {
    problems.push(`operations must not be closed in all of namespace ${quoted(name)}, whose waypoint${waypoints > 1 ? 's go' : ' goes'} by the ports of Services; ${cure}`);
  } else if (dataPlane === DataPlane.AMBIENT && operations.some(operation => !isConnectionOperation(operation))) {
    problems.push(`HTTP methods, paths and hosts can be closed only by a waypoint, which namespace ${quoted(name)} does not have; `
      + `declare one on its ZeroTrustNamespace, and ${cure}`);
  }
}

function rulesAt(place: Place, intent: GuardrailIntent, problems: string[]): AuthorizationRule[] {
  const { law, exempt, hasGateways } = intent;
  const exceptions = principals(exempt, intent);
  switch (law.kind) {
    case 'only callers': return [{ from: [{ source: { notPrincipals: unique([...principals(law.callers, intent), ...exceptions, ...place.waypoint]) } }] }];
    case 'forbidden callers': {
      const apart = unique([...exceptions, ...place.waypoint.length === 0 ? [] : waypointsAmong(law.callers, intent)]);
      const source = { principals: principals(law.callers, intent), ...apart.length === 0 ? {} : { notPrincipals: apart } };
      return [{ from: [{ source }, ...hasGateways ? [] : [NO_IDENTITY]] }];
    }
    default: return operationRules(place, law, problems);
  }
}

/** A waypoint is of the namespace that it stands in: where all of that is forbidden, pods must still let in whom it let through. */
function waypointsAmong(callers: readonly Caller[], intent: GuardrailIntent): string[] {
  const { namespace, waypoints = namespace ? waypointsOf(namespace) : [] } = intent;
  const meant = waypoints.filter(waypoint => callers.some(caller => caller.kind === 'namespace' && caller.namespace === waypoint.namespace));
  return principals(meant.map(waypointCaller), intent);
}

/** In plaintext everyone is nobody. */
const NO_IDENTITY: AuthorizationRuleFrom = { source: { notPrincipals: ['*'] } };

/** In the mesh ztunnel may be among those who enforce it, and knows no aliases. */
function principals(callers: readonly Caller[], { mesh, namespace = { name: '', dataPlane: DataPlane.AMBIENT } }: GuardrailIntent): string[] {
  return principalsOf(callers, mesh, namespace);
}

/** Pods behind a waypoint let through what it has asked about, and nobody past it to ports of which it is asked more than a connection shows. */
function operationRules({ portsOf, waypoint }: Place, { kind, operations }: OperationLaw, problems: string[]): AuthorizationRule[] {
  const stated = operations.map((operation): StatedOperation => ({ fields: operation.kind === 'tcp' ? {} : httpFields(operation), ports: portsOf(operation) }))
    .filter(({ ports }) => ports.length > 0);
  if (stated.length === 0) { return kind === 'only operations' ? [{}] : []; }
  const asked = waypoint.length === 0 ? [] : stated.filter(({ fields }) => Object.keys(fields).length > 0);
  const here = asked.length === 0 ? stated : stated.filter(one => !asked.includes(one));
  const to = kind === 'forbidden operations' ? here.map(({ fields, ports }) => ({ ...fields, ports }))
    : allBut([...here, ...asked.map(({ ports }) => ({ fields: {}, ports }))], problems);
  return [
    ...to.length === 0 ? [] : [{ to: to.map(operation => ({ operation })) }],
    ...asked.length === 0 ? [] : [{ from: [{ source: { notPrincipals: [...waypoint] } }], to: [{ operation: { ports: portsIn(asked) } }] }],
  ];
}

function portsIn(stated: readonly StatedOperation[]): string[] { return unique(stated.flatMap(({ ports }) => ports)); }

type OperationLaw = Extract<GuardrailLaw, { readonly operations: unknown }>;
