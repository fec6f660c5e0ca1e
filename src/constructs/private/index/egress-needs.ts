import { isForAccount } from './egress-boundaries';
import { Bounds, readEach, readOnce } from './statement';
import { World } from './world';
import { Caller, isNamed } from '../../../intent/caller';
import { EgressIntent, gatewayService, KnownHost } from '../../../intent/egress-intent';
import { ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { Intent, JwtIntent } from '../../../intent/intent';
import { LegacyDestinationIntent } from '../../../intent/legacy-destination-intent';
import { selects } from '../../../intent/ports';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { unreachable } from '../../../util/unreachable';

/** What workloads within a boundary are meant to call, by all that an app states. */
export interface EgressNeeds {
  readonly hosts: readonly KnownHost[];
  /** What some of them call by the addresses of pods, which no sidecar knows. */
  readonly byAddress: readonly CalledByAddress[];
}

interface CalledByAddress {
  readonly what: string;
  readonly callers: readonly Caller[];
}

/** What the intents of an app have the workloads within a boundary call. */
export function egressNeeds(bounds: Bounds, world: World): EgressNeeds {
  const needs = intentsOf(world).map(intent => needsOf(intent, bounds, world));
  return { hosts: needs.flatMap(({ hosts }) => hosts), byAddress: needs.flatMap(({ byAddress }) => byAddress) };
}

const known = new WeakMap<World, readonly Intent[]>();

/** All but what is read from them. */
function intentsOf(world: World): readonly Intent[] {
  return kept(known, world, () => readEach(world, statement => statement.bounds || statement.isNetwork ? undefined : readOnce(world, statement)));
}

const NOTHING: EgressNeeds = { hosts: [], byAddress: [] };

/** Every kind of intent says here what its callers need: a new one does not compile without. */
function needsOf(intent: Intent, bounds: Bounds, world: World): EgressNeeds {
  switch (intent.kind) {
    // what is only tried out is called as well
    case 'access': return areWithin(intent.callers, bounds, world) ? called(intent.target, intent.callers) : NOTHING;
    case 'jwt': return areWithin(callersOfApi(intent), bounds, world) ? called(intent.target, callersOfApi(intent)) : NOTHING;
    case 'external-authorization': return isAskedFor(intent, bounds) ? knowing(hostOfAuthorizer(intent)) : NOTHING;
    case 'legacy-destination': return intent.clients.some(({ name }) => name === bounds.within) ? knowing(hostOfLegacy(intent, bounds)) : NOTHING;
    case 'egress': return areWithin(intent.callers, bounds, world) ? outside(intent, bounds) : NOTHING;
    case 'namespace': return metricsRead(intent.namespace.metrics?.readers ?? [], intent.namespace.name, bounds, world);
    // gateways go by no Sidecar
    case 'ingress-gateway':
    case 'egress-gateway':
    case 'ingress': return NOTHING;
    // what they are about is called by what others state: they forbid, watch, let in whoever has no proxy, or say how all are called
    case 'mesh':
    case 'guardrail':
    case 'plaintext':
    case 'quarantine':
    case 'security-telemetry':
    case 'audit':
    case 'mtls-migration':
    case 'network':
    case 'traffic-protection':
    case 'fault':
    case 'egress-boundary': return NOTHING;
    default: return unreachable(intent);
  }
}

function knowing(host: KnownHost): EgressNeeds { return { hosts: [host], byAddress: [] }; }

/** Whether any of some callers may be within a boundary: whoever may be called by anybody is known to all. */
function areWithin(callers: readonly Caller[], bounds: Bounds, world: World): boolean {
  return callers.some(caller => {
    if (caller.kind === 'serviceAccount') { return isForAccount(bounds, caller, world); }
    return caller.kind === 'namespace' ? caller.namespace === bounds.within : !isNamed(caller);
  });
}

/** Where nobody is named a token is enough, or nothing. */
function callersOfApi({ rules, publicOperations, publicCallers, preflight }: JwtIntent): Caller[] {
  const orAnyone = (callers: readonly Caller[]): readonly Caller[] => callers.length === 0 ? [{ kind: 'anyone' }] : callers;
  return [
    ...rules.flatMap(({ callers }) => orAnyone(callers)), ...publicOperations.length > 0 ? orAnyone(publicCallers) : [],
    ...preflight ? orAnyone(preflight.callers) : [],
  ];
}

/** Whom anybody may call not all do. */
function called({ path, services }: WorkloadFacts, callers: readonly Caller[]): EgressNeeds {
  return { hosts: services.map(({ namespace, name }) => ({ namespace, host: `${name}.${namespace}.svc.cluster.local` })), byAddress: services.length === 0 ? [{ what: path, callers: callers.filter(isNamed) }] : [] };
}

/** The proxy of the workload asks. */
function isAskedFor({ target, namespace: { waypoint } }: ExternalAuthorizationIntent, { within, pods }: Bounds): boolean {
  return target.namespace === within && waypoint === undefined && (pods === undefined || selects(pods.selectorLabels, target.podLabels));
}

function hostOfAuthorizer({ provider: { service } }: ExternalAuthorizationIntent): KnownHost {
  const [given, host] = service.includes('/') ? service.split('/') : [undefined, service];
  return { namespace: given ?? (host.endsWith('.svc.cluster.local') ? host.split('.')[1] : '*'), host };
}

/** One outside is made known in the namespace of its clients. */
function hostOfLegacy({ host, server }: LegacyDestinationIntent, { within }: Bounds): KnownHost {
  return { namespace: server.kind === 'outside' ? within : host.split('.')[1], host };
}

/** One that is reached through a gateway is made known in the namespace of that, and is called by the Service of the gateway. */
function outside({ host, gateway }: EgressIntent, { within }: Bounds): EgressNeeds {
  if (!gateway) { return knowing({ namespace: within, host }); }
  if (!gateway.pods) { return NOTHING; }
  const service = gatewayService(gateway);
  const ofGateway = service ? [{ namespace: service.namespace, host: `${service.name}.${service.namespace}.svc.cluster.local` }] : [];
  return { hosts: [{ namespace: gateway.namespace, host }, ...ofGateway], byAddress: [] };
}

/** Metrics are read at pods, by their addresses. */
function metricsRead(readers: readonly Caller[], namespace: string, bounds: Bounds, world: World): EgressNeeds {
  return areWithin(readers.filter(isNamed), bounds, world) ? { hosts: [], byAddress: [{ what: `metrics of ${namespace}`, callers: readers }] } : NOTHING;
}
