import { MeshSettings } from 'cdk8s-zero-trust';

/** An app as data: what is meant, before any construct. The constructs are made of it, and what is meant is read from it. */
export interface AppRecipe {
  readonly mesh?: { readonly trustDomain: string; readonly aliases: readonly string[]; readonly defaultDeny: boolean };
  readonly sites: readonly Site[];
  readonly workloads: readonly Pods[];
  readonly accesses: readonly Access[];
  readonly apis: readonly Api[];
  readonly guardrails: readonly Guardrail[];
  readonly exceptions: readonly PlaintextAllowed[];
}

/** Who may call pods in plaintext: whoever sends from some networks. */
export interface PlaintextAllowed {
  readonly to: string;
  /** None for everything. */
  readonly operations: readonly Op[];
  /** Of 16 bits, and addresses. */
  readonly networks: readonly string[];
}

/** A namespace. A bare one has sidecars, but no ZeroTrustNamespace. */
export interface Site {
  readonly name: string;
  readonly plane: 'sidecar' | 'bare' | 'ambient' | 'waypoint';
  readonly metrics?: { readonly readers: readonly Who[]; readonly port: number };
}

/** Pods that listen on 8080 and 8081 (HTTP) and 9000 (TCP), as far as they have a Service that says so. */
export interface Pods {
  readonly name: string;
  readonly namespace: string;
  readonly service: 'cluster' | 'headless' | 'opted-out' | 'none';
  /** Whether other pods carry the same labels, and one more: whatever is stated for these is stated for them. */
  readonly hasTwin: boolean;
  /** Whether its Service passes a waypoint of its own, where it has a cluster address and its namespace is in ambient. */
  readonly hasOwnWaypoint?: boolean;
}

/** A mesh whose callers are accepted. */
export const NEIGHBOUR = 'west.example';

/** Whether a caller is of that mesh. */
export function isOfNeighbour(caller: string): boolean { return caller.endsWith(`@${NEIGHBOUR}`); }

/** Who calls: `namespace/account`, the same `@NEIGHBOUR`, a whole namespace, anyone with an identity, anyone. */
export type Who =
  | { readonly account: string }
  | { readonly namespace: string }
  | { readonly all: 'authenticated' | 'anyone' };

export type Op =
  | { readonly methods: readonly string[]; readonly paths: readonly string[]; readonly hosts?: readonly string[]; readonly port?: number }
  | { readonly tcp: number };

export type When =
  | { readonly header: string; readonly values: readonly string[] }
  | { readonly claim: readonly string[]; readonly values: readonly string[] }
  | { readonly sourceIp: string }
  | { readonly sni: string };

export interface Access {
  readonly to: string;
  readonly callers: readonly Who[];
  readonly operations: readonly Op[];
  readonly conditions: readonly When[];
  /** What it is where it is not an access that is enforced for good: only tried out, or a BreakGlass, whose calls are audited. */
  readonly kind?: 'dry run' | 'break glass';
}

export interface Issuer {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly cookie?: string;
  readonly param?: string;
  readonly header?: { readonly name: string; readonly prefix: string };
  readonly dropsAuthorization: boolean;
  readonly scopeClaim: string;
  readonly withoutSubject: boolean;
}

export interface ApiRule {
  readonly operations: readonly Op[];
  readonly issuers?: readonly string[];
  readonly claims?: { readonly [claim: string]: readonly string[] };
  readonly scopes?: readonly string[];
  readonly subjects?: readonly string[];
  readonly nested?: { readonly claim: readonly string[]; readonly values: readonly string[] };
  readonly callers?: readonly Who[];
  /** Said beside callers, which may stand alone as well. */
  readonly anyToken?: boolean;
}

export interface Api {
  readonly to: string;
  readonly issuers: readonly Issuer[];
  readonly rules: readonly ApiRule[];
  readonly publicOperations: readonly Op[];
  /** Who must pass on what no rule, public operation or preflight says otherwise. */
  readonly callers?: readonly Who[];
  readonly publicCallers?: readonly Who[];
  readonly exempt: readonly Who[];
  readonly preflight?: { readonly origins: readonly string[]; readonly callers?: readonly Who[] };
  readonly ports?: readonly number[];
}

/** What nobody may do, whatever else is stated; for one workload, for a namespace, or for the mesh. */
export interface Guardrail {
  readonly to: { readonly workload: string; readonly namespace: string } | { readonly namespace: string } | 'mesh';
  readonly law: { readonly only: readonly Who[] } | { readonly none: readonly Who[] } | { readonly noOperation: Op };
  readonly isDryRun?: boolean;
  /** Whether it names every BreakGlass for what it guards as an exception. */
  readonly exempts?: boolean;
}

/** Whether a guardrail is for pods. */
export function isGuarded(pods: Pods, by: Guardrail['to']): boolean {
  return by === 'mesh' || ('workload' in by ? pods.name === by.workload : pods.namespace === by.namespace);
}

/** What a guardrail lets through by name. */
export function exemptBy({ accesses, workloads }: AppRecipe, { to: at, exempts }: Pick<Guardrail, 'to' | 'exempts'>): readonly Access[] {
  return accesses.filter(({ kind, to }) => exempts && kind === 'break glass' && isGuarded(workloads.find(({ name }) => name === to)!, at));
}

/** An app in which nothing is only tried out. */
export function inForce(app: AppRecipe): AppRecipe {
  return { ...app, accesses: app.accesses.map(one => one.kind === 'dry run' ? { ...one, kind: undefined } : one), guardrails: app.guardrails.map(one => ({ ...one, isDryRun: false })) };
}

/** What is promised: an access that is only tried out promises nothing. */
export function enforced({ accesses }: AppRecipe): readonly Access[] { return accesses.filter(({ kind }) => kind !== 'dry run'); }

/** The name of the workload that is selected together with another. */
export function twinOf(name: string): string { return `${name}-twin`; }

export const METRICS_PATH = '/metrics';
export const TRUST_DOMAIN = 'cluster.local';

export function siteOf(app: AppRecipe, namespace: string): Site | undefined { return app.sites.find(({ name }) => name === namespace); }

/** Whether HTTP is seen where the workload is protected, and whether that is a waypoint. */
export function enforcement(app: AppRecipe, pods: Pods): 'sidecar' | 'waypoint' | 'ztunnel' {
  const { plane } = siteOf(app, pods.namespace)!;
  if (plane === 'sidecar' || plane === 'bare') { return 'sidecar'; }
  return pods.service === 'cluster' && (plane === 'waypoint' || pods.hasOwnWaypoint) ? 'waypoint' : 'ztunnel';
}

/** The pods of a namespace in ambient that pass a waypoint of their own. */
export function ownWaypoints({ name, plane }: Site, workloads: readonly Pods[]): readonly Pods[] {
  return plane === 'ambient' || plane === 'waypoint' ? workloads.filter(pods => pods.namespace === name && pods.hasOwnWaypoint && pods.service === 'cluster') : [];
}

/** Workloads whose calls pass a proxy that goes by routes: a sidecar of the client, or the waypoint of their namespace. */
export function calledByRoutes(app: AppRecipe): Pods[] {
  return app.workloads.filter(({ namespace, service }) => {
    const { plane } = siteOf(app, namespace)!;
    return service !== 'none' && (plane === 'sidecar' || plane === 'bare' || (plane === 'waypoint' && service === 'cluster'));
  });
}

/** What the evaluator is told of the mesh of an app. */
export function settingsOf({ mesh }: AppRecipe): MeshSettings {
  return { foreignTrustDomains: [NEIGHBOUR], ...mesh ? { trustDomain: mesh.trustDomain, trustDomainAliases: [...mesh.aliases] } : {} };
}

/** Whether the clients of a namespace have sidecars, so that they do not use waypoints. */
export function hasSidecars(app: AppRecipe, namespace: string): boolean { return ['sidecar', 'bare'].includes(siteOf(app, namespace)?.plane ?? ''); }
