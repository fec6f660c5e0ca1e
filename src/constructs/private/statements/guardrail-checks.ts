import { OperationData } from '../../../intent/operation-data';
import { isKnownTo } from '../../../istio/versions';
import { misspelt } from '../../../util/misspelling';
import { few, listed, quoted } from '../../../util/text';
import { Workload } from '../../workload';
import { World } from '../index/world';

/** What a guardrail is for. */
interface Scope {
  readonly _namespace: string;
  readonly _workload?: Workload;
  readonly _mesh?: object;
  readonly describeGuardrailScope: () => string;
}

/** What a guardrail says, as far as its place matters. */
export interface PlacedLaw { readonly prop: string; readonly operations: readonly OperationData[] }

/** What keeps a guardrail from holding where it is meant to, and what it would close there that nobody means. */
export function checkGuardrailScope(scope: Scope, law: PlacedLaw, world: World): string[] {
  if (scope._mesh) { return checkMesh(law, world); }
  return [...scope._workload ? [] : checkNamespace(scope._namespace, world), ...checkGateways(scope, law, world)];
}

/** Whether there are gateways among what a guardrail is for. */
export function hasGateways(scope: Scope, world: World): boolean { return scope._mesh !== undefined || gatewaysIn(scope, world).length > 0; }

function gatewaysIn({ _workload: workload, _namespace: namespace }: Scope, world: World): readonly string[] {
  if (!workload) { return world.allGateways(namespace); }
  const { path } = workload._facts();
  return world.gateways(namespace).filter(gateway => gateway === path);
}

/** Clients outside have no identity: what is closed to these is closed to all of them. */
function checkGateways(scope: Scope, { prop }: PlacedLaw, world: World): string[] {
  const gateways = gatewaysIn(scope, world);
  if (gateways.length === 0) { return []; }
  if (prop === 'onlyCallers') {
    return [`onlyCallers must not close gateways to their clients, who have no identity, got ${few(gateways)} in ${quoted(scope.describeGuardrailScope())}; `
      + 'state it for each workload, or move the gateway to a namespace of its own'];
  }
  return prop !== 'forbiddenCallers' || world.declares(scope._namespace) || world.isStrict ? []
    : [`forbiddenCallers could pass in plaintext, which cannot be closed for ${few(gateways)}; make ${quoted(scope._namespace)} STRICT by a ZeroTrustNamespace`];
}

function checkMesh({ prop, operations }: PlacedLaw, world: World): string[] {
  const { istioVersion } = world.mesh;
  if (prop === 'onlyCallers' || prop === 'onlyOperations') {
    return [`${prop} must not be stated for the mesh, where it closes every gateway and whatever else nobody thought of; state it for each namespace: GuardrailScope.namespace(…)`];
  }
  if (operations.length > 0 && world.hasAmbient) {
    return [`${prop} must not be stated for a mesh with waypoints, which go by the ports of Services; state it for each workload: GuardrailScope.workload(…)`];
  }
  return world.hasAmbient && !isKnownTo(istioVersion, '1.25')
    ? [`a guardrail for the mesh needs an istioVersion of at least 1.25 where there are waypoints, got ${quoted(istioVersion)}, `
      + 'as older ones know no policy for all of them; state it for each namespace: GuardrailScope.namespace(…)'] : [];
}

/** A guardrail for a namespace that is spelled wrong guards nothing. */
function checkNamespace(name: string, world: World): string[] {
  if (name === world.mesh.rootNamespace) {
    return [`GuardrailScope.namespace must not be the root namespace ${quoted(name)}, whose policies hold for all namespaces; say what is meant: GuardrailScope.mesh(…), or a workload there`];
  }
  const waypoint = world.declarations.namespaces.find(declared => declared.name === name);
  if (waypoint?.waypointUsers?.some(user => user !== name)) {
    return [`a guardrail for namespace ${quoted(name)} must not close what else is behind its waypoint, which ${listed([...waypoint.waypointUsers])} may use; `
      + 'state it for each workload: GuardrailScope.workload(…)'];
  }
  const stated = [...world.tree.namespaces, ...world.declarations.namespaces].map(namespace => namespace.name);
  const known = [...world.workloads.namespaces, ...stated];
  const meant = known.includes(name) ? undefined : misspelt(name, known);
  return meant === undefined ? [] : [`this app has no namespace ${quoted(name)}, for which a guardrail is stated; did you mean ${quoted(meant)}?`];
}
