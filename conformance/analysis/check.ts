import { AccessEffect, AccessRequest, AuthorizationResponse, Decision, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';

/** What became of one edit. */
export interface Outcome {
  /** Requests that are answered differently, and of which the comparison says so. */
  readonly told: number;
  /** Those to destinations that are not decided. */
  readonly undecided: number;
  /** Those of which it does not. */
  readonly misses: readonly string[];
  readonly comparison: string;
  /** Why destinations are not decided. */
  readonly reasons: readonly string[];
}

/** Whether a comparison tells of every request that two sets answer differently, and not the wrong way round. */
export function check(before: PolicySet, after: PolicySet, requests: readonly AccessRequest[]): Outcome {
  const comparison = PolicyComparison.of(before, after);
  const [told, undecided, misses]: [number[], number[], string[]] = [[], [], []];
  for (const [index, request] of requests.entries()) {
    const [old, now] = [before, after].map(side => side.isAuthorized(request));
    const effect = effectOf(old, now);
    if (effect === undefined) continue;
    const isFor = ({ destination }: { readonly destination: string }) => namesOf(request).includes(destination);
    if (comparison.changes.some(change => isFor(change) && change.effect === effect)) told.push(index);
    else if (comparison.undecided.some(isFor)) undecided.push(index);
    else misses.push(`${effect} (${old.decision} → ${now.decision}) is not told of ${JSON.stringify(request)}`);
  }
  return { told: told.length, undecided: undecided.length, misses, comparison: comparison.toString(), reasons: comparison.undecided.map(({ reason }) => reason) };
}

/** What an analysis may call the destination. Pods that are made for a Gateway have the name of its class at the end. */
function namesOf({ destination: { namespace, workload, service, serviceEntry, gateway, port } }: AccessRequest): string[] {
  if (gateway !== undefined) return ['', '-istio'].map(made => `gateway ${namespace}/${gateway}${made}:${port}`);
  if (service !== undefined) return [`Service ${namespace}/${service}:${port}`];
  if (serviceEntry !== undefined) return [`ServiceEntry ${namespace}/${serviceEntry}:${port}`];
  return [port, 'any other port'].map(one => `${namespace}/${workload}:${one}`);
}

const LEVELS: readonly string[] = [Decision.DENY, Decision.CONDITIONAL, Decision.ALLOW];

function effectOf(before: AuthorizationResponse, after: AuthorizationResponse): AccessEffect | undefined {
  const [old, now] = [before, after].map(({ decision }) => LEVELS.indexOf(decision));
  if (old < 0 && now < 0) return undefined;
  if (old < 0 || now < 0) return AccessEffect.UNCERTAIN;
  if (old !== now) return now > old ? AccessEffect.GRANTED : AccessEffect.REVOKED;
  const [asked, asks] = [before, after].map(({ authorizers }) => [...authorizers].sort().join());
  return before.decision === Decision.CONDITIONAL && asked !== asks ? AccessEffect.UNCERTAIN : undefined;
}
