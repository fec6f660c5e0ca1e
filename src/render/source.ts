import { Caller } from '../intent/caller';
import { DataPlane, MeshFacts, NamespaceFacts } from '../intent/mesh';
import { AuthorizationRuleFrom } from '../istio/authorization-policy';
import { unique } from '../util/text';

/**
 * The `principals` that stand for the callers: the only place that spells peer identities.
 *
 * Always with the real trust domain: `cluster.local` stands for it at Envoy, but not at ztunnel. Aliases are added by Envoy itself, and written
 * out for ztunnel, which adds nothing. Who is of another mesh has one trust domain, which neither rewrites. A namespace is written as `…/sa/*` with five segments, which Envoy knows to rewrite for aliases.
 */
export function principalsOf(callers: readonly Caller[], mesh: MeshFacts, namespace: NamespaceFacts): string[] {
  const domains = namespace.dataPlane === DataPlane.AMBIENT ? [mesh.trustDomain, ...mesh.trustDomainAliases] : [mesh.trustDomain];
  return unique(callers.flatMap(caller => {
    switch (caller.kind) {
      case 'serviceAccount': return (caller.trustDomain === undefined ? domains : [caller.trustDomain]).map(domain => `${domain}/ns/${caller.namespace}/sa/${caller.name}`);
      case 'namespace': return domains.map(domain => `${domain}/ns/${caller.namespace}/sa/*`);
      case 'anyAuthenticated': return ['*'];
      case 'anyone': return [];
    }
  }));
}

/** The same as they stand in certificates, for who compares them without Envoy's help: each trust domain of the mesh by its name, a namespace with a star at its end. */
export function spiffeIdsOf(callers: readonly Caller[], mesh: MeshFacts): string[] {
  return principalsOf(callers, mesh, { name: '', dataPlane: DataPlane.AMBIENT }).map(principal => `spiffe://${principal}`);
}

/** The `from` of a rule for the callers; none where anyone was asked for by name. */
export function fromOf(callers: readonly Caller[], mesh: MeshFacts, namespace: NamespaceFacts): { from?: AuthorizationRuleFrom[] } {
  if (callers.some(caller => caller.kind === 'anyone')) { return {}; }
  const principals = principalsOf(callers, mesh, namespace);
  if (principals.length === 0) { throw new Error('a rule must have callers, got none; this is a defect of cdk8s-zero-trust'); }
  return { from: [{ source: { principals } }] };
}
