import { meshWords } from './shape-key';
import { nameIn, Stated } from './stated';
import { EgressBoundaryIntent, EgressGatewayData, EgressGatewayIntent, EgressIntent, EgressWaypoint } from '../../../intent/egress-intent';
import { AuthorizationRule } from '../../../istio/authorization-policy';
import { SECURITY_GROUP } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { KINDS } from '../../../policy/resources/kinds';
import { oneOfEach } from '../../../util/grouped';
import { unique } from '../../../util/text';
import { boundaryFaults, EgressClient, egressFaults, EgressObjects, NeededService } from '../../../validation/egress-faults';
import { egressGatewayFaults } from '../../../validation/egress-gateway-faults';
import { issuersOf } from '../../../validation/opening-tokens';
import { Opening, openingsOf } from '../../../validation/openings';
import { UNNAMED } from '../../../validation/samples';
import { AppWorkload, runsAsOneOf } from '../index/app-workloads';
import { boundaryOf, boundedBy } from '../index/egress-boundaries';
import { isGatewayAlone, runsGateway } from '../index/gateway-pods';
import { pastSidecar } from '../index/past-sidecars';
import { World } from '../index/world';
import { writtenIn } from '../index/written';
import { WAYPOINT_CLASS } from '../reading/gateway-class';

/** What is wrong with what may leave the pods of an app, by what workloads of it send. */
export function egressProblems(
  stated: Stated, intent: EgressIntent | EgressGatewayIntent | EgressBoundaryIntent, world: World, policies: PolicySet,
): string[] {
  // what it lets out is asked for by accesses
  if (intent.kind === 'egress-gateway') { return []; }
  if (intent.kind === 'egress') { return outsideProblems(stated, intent, world, policies); }
  const bounded = boundedBy({ within: intent.within, pods: intent.pods }, world).filter(workload => !isPast(workload));
  return boundaryFaults(intent, oneOfEach(bounded, meshWords), neededServices(intent, world), policies);
}

function outsideProblems(stated: Stated, intent: EgressIntent, world: World, policies: PolicySet): string[] {
  const { gateway } = intent;
  const clients = clientsOf(stated, intent, world);
  if (!gateway) { return egressFaults(intent, clients, policies); }
  // one that was changed tells so itself
  if (!gateway.pods && !isWaypoint(gateway, world)) { return []; }
  const objects = objectsIn(stated, gateway.namespace);
  const strangers = strangersTo(intent, gateway, world);
  return egressGatewayFaults({ ...intent, gateway }, { clients, objects, strangers, openings: openingsAt(gateway, intent, world) }, policies);
}

function isWaypoint({ namespace, name }: EgressWaypoint, { tree }: World): boolean {
  return tree.written('gateway.networking.k8s.io/Gateway').some(one => one.namespace === namespace && one.name === name
    && (one.manifest.spec as { readonly gatewayClassName?: string } | undefined)?.gatewayClassName === WAYPOINT_CLASS);
}

/** What rules by hand would let through, in reach of the gateway: also those that say of whom, as none of these may be a caller. */
function openingsAt({ namespace }: EgressGatewayData, { mesh }: EgressIntent, world: World): Opening[] {
  const places = unique([namespace, mesh.rootNamespace]);
  const written = (kind: string) => places.flatMap(place => writtenIn({ namespace: place, group: SECURITY_GROUP, kind }, world));
  const issuers = issuersOf(written('RequestAuthentication').flatMap(({ spec }) => KINDS.RequestAuthentication(spec) ?? []));
  return written('AuthorizationPolicy').flatMap(({ spec }) => {
    const read = KINDS.AuthorizationPolicy(spec) ?? {};
    const ofAnybody = { ...read, rules: read.rules?.map(fromAnybody) };
    return [read, ofAnybody].flatMap(one => openingsOf(one, { mesh, issuers }));
  });
}

/** A rule, whoever sends what it is for: of whom it asks nothing is left but tokens. */
function fromAnybody({ from, when, ...rule }: AuthorizationRule): AuthorizationRule {
  const sources = from?.map(({ source = {} }) => ({ source: { requestPrincipals: source.requestPrincipals } }));
  return { ...rule, from: sources, when: when?.filter(({ key }) => !key.startsWith('source.')) };
}

/** Nobody in particular; and where policies are written by hand in reach of the gateway, all of the app who are no callers. */
function strangersTo({ callers, mesh }: EgressIntent, { namespace }: EgressGatewayData, world: World): string[] {
  const isInReach = [namespace, mesh.rootNamespace].some(place => writtenIn({ namespace: place, group: SECURITY_GROUP, kind: 'AuthorizationPolicy' }, world).length > 0);
  const accounts = isInReach ? world.workloads.all.filter(workload => !runsAsOneOf(callers, workload)).map(({ namespace: of, serviceAccount }) => `${of}/${serviceAccount}`) : [];
  return unique([`${UNNAMED}/stranger`, ...accounts]);
}

function objectsIn(stated: Stated, namespace: string): EgressObjects {
  return { namespace, entry: nameIn(stated, 'service-entry', namespace)!, rule: nameIn(stated, 'destination-rule', namespace) };
}

/** One workload of each way in which pods of a namespace speak of the mesh, and are told apart by their boundaries and by who calls. */
function clientsOf(stated: Stated, { clients, callers, gateway }: EgressIntent, world: World): EgressClient[] {
  return clients.flatMap(({ name: namespace }) => {
    const objects = objectsIn(stated, gateway?.namespace ?? namespace);
    // there are no boundaries in ambient
    const isByWaypoint = gateway !== undefined && gateway.pods === undefined;
    const isCaller = (workload: AppWorkload) => runsAsOneOf(callers, workload);
    const isBound = (workload: AppWorkload) => isByWaypoint || boundaryOf(workload, world) !== undefined;
    const known = world.workloads.in(namespace).filter(workload => isBound(workload) && !isGatewayAlone(workload) && !isPast(workload));
    return oneOfEach(known, one => `${boundaryOf(one, world)?.construct.node.path} ${isCaller(one)} ${meshWords(one)}`)
      .map(one => ({ namespace, name: one.name, isCaller: isCaller(one), objects }));
  });
}

/** Services of the app among the hosts that a boundary knows. */
function neededServices({ hosts }: EgressBoundaryIntent, world: World): NeededService[] {
  return unique(hosts.map(({ host }) => host)).flatMap(host => {
    const [name, namespace] = host.split('.');
    const service = host.endsWith('.svc.cluster.local') ? world.tree.servicesIn(namespace).find(one => one.name === name) : undefined;
    return service && service.externalName === undefined ? [{ namespace, name, ports: service.ports.filter(({ transport }) => transport === 'TCP').map(({ port }) => port) }] : [];
  });
}

/** What no sidecar takes none blocks: a finding tells of that. */
function isPast(workload: AppWorkload): boolean { return pastSidecar(workload.pod.annotations) !== undefined || runsGateway(workload); }
