import {
  AccessGuardrail, AccessGuardrailProps, AuditTrail, BreakGlass, Condition, Enforcement, GuardrailScope, JwtAccessRule, JwtIssuer, JwtProtectedApi, Operation, PlaintextException, Principal, ServiceAccess,
} from 'cdk8s-zero-trust';
import { DrawnMesh, metadata, Site } from './apps';
import { Random } from './random';
import {
  addressConditions, anyHttp, HTTP_PORT, httpConditions, httpOperations, issuers, publicOperations, serverNameConditions, tcpOperation,
  tokenConditions,
} from './values';
import { Placed } from './workloads';
import { isAtLeast } from '../../src/istio/versions';

/** A workload to protect, and what its place allows. */
interface Target extends Placed {
  readonly site: Site;
  readonly proxy: 'sidecar' | 'waypoint' | 'ztunnel';
  /** Principals that can reach it. */
  readonly callers: readonly (() => Principal)[];
  /** Whether tokens are verified at it. */
  readonly guarded: boolean;
}

/** Protects workloads of the sites, each by some accesses and perhaps a token. */
export function addIntents(sites: readonly Site[], mesh: DrawnMesh, random: Random): void {
  for (const site of sites) {
    // a guardrail closes plaintext, of exceptions too
    const isOpened = mesh.isStated && random.chance(0.5);
    site.placed.forEach((placed, index) => {
      const proxy = site.plane === 'sidecar' ? 'sidecar' : site.plane === 'waypoint' && placed.way === 'cluster' ? 'waypoint' : 'ztunnel';
      const guarded = proxy !== 'ztunnel' && random.chance(0.3);
      const target = { ...placed, site, proxy, guarded, callers: callersOf(sites, proxy === 'waypoint' || (proxy === 'ztunnel' && placed.way === 'headless')) } as const;
      if (guarded) { addTokens(target, mesh, `users-${index}`, random); }
      const accesses = random.times(random.below(3), number => addAccess(target, mesh, `access-${index}-${number}`, random));
      if (isOpened && random.chance(0.4)) { addException(target, `exception-${index}`, random); }
      const isSeen = mesh.isStated && proxy !== 'ztunnel';
      // what is audited of one workload has one log
      const keepProviders = random.maybe(() => ({ keepProviders: ['envoy'] }));
      const emergencies = isSeen && random.chance(0.2) ? [addBreakGlass(target, keepProviders, `inc-${index}`, random)] : [];
      if (!isOpened && !site.isForPods && random.chance(0.3)) { addGuardrail(target, emergencies, `guardrail-${index}`, random); }
      if (isSeen && random.chance(0.3)) { addAudit(target, accesses, keepProviders, `audit-${index}`, random); }
    });
  }
}

/** Sidecars go past waypoints, and send plaintext to pods of a headless Service in ambient mode: their namespaces cannot call either. */
function callersOf(sites: readonly Site[], isForAmbient: boolean): (() => Principal)[] {
  const reaching = sites.filter(site => !isForAmbient || site.plane !== 'sidecar');
  return [
    ...reaching.flatMap(site => site.placed.map(({ workload }) => () => Principal.of(workload))),
    ...reaching.map(site => () => Principal.namespace(site.name, { reason: 'every job of it' })),
    () => Principal.serviceAccount('edge', 'gateway'),
    () => Principal.serviceAccount('legacy', 'default', { reason: 'cannot be changed' }),
    () => Principal.serviceAccount('elsewhere', 'sa.with.dots'),
    () => Principal.serviceAccount('elsewhere', 'web', { trustDomain: 'west.example.com' }),
  ];
}

function some(callers: Target['callers'], random: Random): Principal[] { return random.some(callers).map(make => make()); }

/** One that is enforced, or tried out beside the ZeroTrustNamespace, which denies; ztunnel is not given that. */
function addAccess(target: Target, mesh: DrawnMesh, id: string, random: Random): ServiceAccess {
  const conditions = conditionsFor(target, mesh, random);
  const callers = random.one([
    () => [Principal.anyone({ reason: 'public by design' })],
    () => [Principal.anyAuthenticated({ reason: 'a common service' })],
    ...random.times(6, () => () => some(target.callers, random)),
  ])();
  const operations = operationsFor(target, conditions.http.length > 0, random);
  return new ServiceAccess(target.site.chart, id, {
    callers,
    to: target.workload,
    operations,
    ...target.guarded && operations.some(({ _data }) => _data.kind === 'http') ? { callersSendToken: true } : {},
    ...conditions.all.length > 0 ? { conditions: conditions.all } : {},
    ...triedOut(target, random),
    ...metadata(`${target.site.name}-${id}`, random),
  });
}

function triedOut({ proxy }: Target, random: Random): { enforcement?: Enforcement } {
  return proxy === 'ztunnel' ? {} : random.maybe(() => ({ enforcement: Enforcement.DRY_RUN }), 0.15);
}

function addBreakGlass(target: Target, keepProviders: object, id: string, random: Random): BreakGlass {
  const operations = operationsFor(target, false, random);
  return new BreakGlass(target.site.chart, id, {
    callers: random.some([Principal.serviceAccount('ops-team', 'breakglass'), Principal.serviceAccount('ops-team', 'sre', { trustDomain: 'west.example.com' })]),
    to: target.workload,
    operations,
    until: '2026-12-31',
    ticket: random.one(['INC-1', 'https://tickets.example/1?a=b#c: "d"']),
    reason: 'yes: "by hand"',
    ...target.guarded && operations.some(({ _data }) => _data.kind === 'http') ? { callersSendToken: true } : {},
    ...keepProviders,
  });
}

/** Of all accesses to a workload, or of whatever is called there. */
function addAudit({ site, workload }: Target, accesses: readonly ServiceAccess[], keepProviders: object, id: string, random: Random): void {
  const watched = accesses.length > 0 && random.chance(0.6) ? { watches: [...accesses] } : { workload };
  new AuditTrail(site.chart, id, { ...watched, ...keepProviders, ...metadata(`${site.name}-${id}`, random) });
}

/** One that forbids nothing that is promised: callers and a method that nobody names, or a BreakGlass, as an exception. */
function addGuardrail(target: Target, emergencies: BreakGlass[], id: string, random: Random): void {
  const { site, proxy, workload } = target;
  const exceptFor = emergencies.length > 0 ? { exceptFor: emergencies } : {};
  const laws: (() => Omit<AccessGuardrailProps, 'appliesTo'>)[] = [
    () => ({ forbiddenCallers: random.some([Principal.serviceAccount('evil', 'mallory'), Principal.namespace('dev', { reason: 'none of it' })]), ...exceptFor }),
    ...emergencies.length === 0 ? [] : [() => ({ forbiddenCallers: [Principal.namespace('ops-team', { reason: 'people' })], ...exceptFor })],
    ...proxy === 'ztunnel' ? [] : [() => ({ forbiddenOperations: [Operation.http({ methods: ['TRACE'], paths: ['*'] })] })],
  ];
  const isForAll = site.plane !== 'waypoint' && random.chance(0.3);
  const appliesTo = isForAll ? GuardrailScope.namespace(site.name) : GuardrailScope.workload(workload);
  const enforcement = isForAll && site.plane === 'ambient' ? {} : triedOut(target, random);
  new AccessGuardrail(site.chart, id, { appliesTo, ...isForAll ? laws[0]() : random.one(laws)(), ...enforcement, ...metadata(`${site.name}-${id}`, random) });
}

function operationsFor({ proxy }: Target, needsHttp: boolean, random: Random): Operation[] {
  const http = proxy === 'ztunnel' ? [anyHttp(random)] : httpOperations(random);
  return needsHttp ? http : random.one([http, [tcpOperation(random)], [...http, tcpOperation(random)]]);
}

function conditionsFor({ proxy, guarded }: Target, mesh: DrawnMesh, random: Random): { http: Condition[]; all: Condition[] } {
  const draw = (possible: boolean, make: (random: Random) => Condition[]): Condition[] => possible && random.chance(0.2) ? make(random) : [];
  const http = [...draw(proxy !== 'ztunnel', httpConditions), ...draw(guarded, tokenConditions)];
  const serverNames = proxy === 'sidecar' || (proxy === 'waypoint' && isAtLeast(mesh.istioVersion, '1.25'));
  return { http, all: [...http, ...draw(proxy !== 'waypoint', addressConditions), ...draw(serverNames, serverNameConditions)] };
}

/** Where tokens are asked for, plaintext has none; without sidecars ports are all that is seen. */
function addException(target: Target, id: string, random: Random): void {
  const operations = target.guarded ? [tcpOperation(random)] : operationsFor({ ...target, proxy: target.proxy === 'sidecar' ? 'sidecar' : 'ztunnel' }, false, random);
  new PlaintextException(target.site.chart, id, {
    workload: target.workload,
    ...!target.guarded && random.chance(0.2) ? { wholeWorkload: true } : { operations },
    fromNetworks: random.some(['10.20.0.0/16', '192.0.2.7', '2001:db8::/32', '::1']),
    reason: 'yes: "not yet"',
    owner: 'team-a@example.com',
    expires: '2026-12-31',
    ...metadata(`${target.site.name}-${id}`, random),
  });
}

function addTokens(target: Target, mesh: DrawnMesh, id: string, random: Random): void {
  const trusted = issuers(mesh.istioVersion, random);
  new JwtProtectedApi(target.site.chart, id, {
    workload: target.workload,
    issuers: trusted,
    rules: random.times(1 + random.below(2), () => rule(target, trusted, random)),
    ...random.maybe(() => ({ callers: some(target.callers, random) })),
    ...random.maybe(() => ({ publicOperations: publicOperations(random), ...random.maybe(() => ({ publicCallers: some(target.callers, random) })) })),
    ...random.maybe(() => ({ exemptCallers: some(target.callers, random) })),
    ...random.maybe(() => ({
      corsPreflight: {
        origins: random.some(['https://shop.example.com', 'http://localhost:3000']),
        ...random.maybe(() => ({ callers: some(target.callers, random) })),
      },
    })),
    ...random.maybe(() => ({ ports: [HTTP_PORT.number] })),
    ...metadata(`${target.site.name}-${id}`, random),
  });
}

function rule(target: Target, trusted: readonly JwtIssuer[], random: Random): JwtAccessRule {
  const operations = httpOperations(random);
  const issuersOf = random.maybe(() => ({ issuers: random.some(trusted) }));
  if (random.chance(0.2)) { return { operations, anyToken: true, ...issuersOf }; }
  return {
    operations,
    ...issuersOf,
    claims: { role: random.some(['admin', 'ops', 'on']), ...random.maybe(() => ({ 'https://claims.example/team': ['a'] })) },
    ...random.maybe(() => ({ scopes: random.some(['read', 'write:all', '1.0']) })),
    ...random.maybe(() => ({ subjects: random.some(['me', 'auth0|123', '42']) })),
    ...random.maybe(() => ({ callers: some(target.callers, random) })),
    ...random.maybe(() => ({ conditions: random.some([...tokenConditions(random), ...httpConditions(random)]) })),
  };
}
