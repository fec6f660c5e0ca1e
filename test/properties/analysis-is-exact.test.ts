import fc from 'fast-check';
import { AccessEffect, AccessGate, AccessRequest, AuthorizerProtocol, MeshSettings, Operation, Permissiveness, PolicyComparison, PolicySet, RequestDestination } from '../../src';
import { answersOf } from '../../src/analysis/answers';
import { Client } from '../../src/analysis/clients';
import { Answered, DestinationAnalysis } from '../../src/analysis/destination-analysis';
import { isLeaf, Node } from '../../src/analysis/diagram';
import { Box } from '../../src/analysis/region';
import { MANNER, Senders, SERVER, WHO } from '../../src/analysis/senders';
import { saidOf, statementsOf } from '../../src/analysis/statements';

/** Two states of one mesh, in manifests as small as they can be. */

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const some = <T>(values: T[], most = 2) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most });
const maybe = <T>(value: fc.Arbitrary<T>, weight = 2) => fc.option(value, { nil: undefined, freq: weight });

const TD = 'cluster.local';
const PRINCIPALS = ['evil.td/ns/shop/sa/web', `${TD}/ns/shop/sa/web`, `${TD}/ns/shop/sa/api`, `${TD}/ns/ops/*`, '*/sa/web', '*', `${TD}/ns/shop/sa/batch`];
const NAMESPACES = ['shop', 'o*', '*s', 'ops'];
const METHODS = ['GET', 'POST', 'P*', '*'];
const PATHS = ['/a', '/a/*', '*/b', '/a/{*}/c', '/a/{**}', '*', '/A', '/a%2Fb', '/a/b'];
const HOSTS = ['api.shop', '*.example.com', 'API.SHOP', 'api.shop:*'];
const BLOCKS = ['10.0.0.0/8', '10.1.0.0/16', '192.168.1.1', '::/0'];
const ISSUER = 'https://issuer.example';
const OTHER = 'https://other.example';
const SUBJECTS = [`${ISSUER}/*`, `${ISSUER}/ann`, '*', `${OTHER}/*`, `${ISSUER}/a*`];

const source = fc.record({
  principals: maybe(some(PRINCIPALS)),
  notPrincipals: maybe(some(PRINCIPALS), 8),
  namespaces: maybe(some(NAMESPACES), 5),
  notNamespaces: maybe(some(NAMESPACES), 8),
  ipBlocks: maybe(some(BLOCKS), 6),
  notIpBlocks: maybe(some(BLOCKS), 6),
  remoteIpBlocks: maybe(some(BLOCKS), 8),
  requestPrincipals: maybe(some(SUBJECTS), 5),
  notRequestPrincipals: maybe(some(SUBJECTS), 8),
});
const operation = fc.record({
  methods: maybe(some(METHODS)),
  notMethods: maybe(some(METHODS), 8),
  paths: maybe(some(PATHS, 3)),
  notPaths: maybe(some(PATHS), 6),
  hosts: maybe(some(HOSTS), 8),
  notHosts: maybe(some(HOSTS), 9),
  ports: maybe(some(['8080', '9000']), 6),
});
const condition = fc.oneof(
  fc.record({ key: pick('request.headers[x-t]', 'request.headers[X-T]'), values: maybe(some(['a', 'b*', '*'])), notValues: maybe(some(['a', '*c'])) }),
  fc.record({ key: pick('request.auth.claims[groups]', 'request.auth.claims[realm][roles]', 'request.auth.claims[sub]'), values: maybe(some(['r1', 'r2', 'a*', 'site admin', 'Zoë'])), notValues: maybe(some(['r3'])) }),
  fc.record({ key: pick('request.auth.audiences', 'request.auth.presenter', 'request.auth.claims[iss]'), values: some(['aud', 'p*', ISSUER]) }),
  fc.record({ key: pick('source.namespace'), notValues: some(NAMESPACES) }),
  fc.record({ key: pick('destination.port'), values: some(['8080', '9000']) }),
).filter(one => 'values' in one && one.values !== undefined || 'notValues' in one && one.notValues !== undefined);

const rule = fc.record({
  from: maybe(fc.array(source.map(one => ({ source: one })), { minLength: 1, maxLength: 2 })),
  to: maybe(fc.array(operation.map(one => ({ operation: one })), { minLength: 1, maxLength: 2 })),
  when: maybe(fc.array(condition, { minLength: 1, maxLength: 2 }), 3),
});
const policy = fc.record({
  action: fc.oneof({ weight: 5, arbitrary: pick<string | undefined>(undefined) }, { weight: 3, arbitrary: pick('DENY') }, { weight: 1, arbitrary: pick('CUSTOM') }),
  rules: fc.array(rule, { maxLength: 2 }),
}).map(one => one.action === 'CUSTOM' ? { ...one, provider: { name: 'opa' } } : one);
const jwtRule = fc.record({
  issuer: pick(ISSUER, OTHER),
  jwks: pick('{"keys":[]}'),
  fromHeaders: maybe(some([{ name: 'x-a' }, { name: 'x-b', prefix: 'B ' }]), 3),
  fromParams: maybe(pick(['q']), 6),
  audiences: maybe(some(['aud', 'https://api.example/']), 2),
});
const authentication = fc.record({ jwtRules: fc.uniqueArray(jwtRule, { minLength: 1, maxLength: 2, selector: one => one.issuer }) });
const state = fc.record({
  policies: fc.array(policy, { maxLength: 3 }),
  tokens: maybe(authentication, 2),
  mode: pick('STRICT', 'PERMISSIVE', 'DISABLE'),
});
type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

const PLANES = ['sidecar', 'ztunnel', 'waypoint'] as const;
type Plane = typeof PLANES[number];

function manifests({ policies, tokens, mode }: State, plane: Plane): object[] {
  const attached = plane === 'waypoint' ? { targetRefs: [{ group: '', kind: 'Service', name: 'api' }] } : { selector: { matchLabels: { app: 'api' } } };
  const labels = plane === 'sidecar' ? { 'istio-injection': 'enabled' } : { 'istio.io/dataplane-mode': 'ambient', ...plane === 'waypoint' ? { 'istio.io/use-waypoint': 'wp' } : {} };
  const pods = (name: string, namespace = 'shop') => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] } } },
  });
  const of = (kind: string, name: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec });
  return JSON.parse(JSON.stringify([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', labels: { 'istio-injection': 'enabled' } } },
    pods('api'), pods('web'), pods('batch', 'ops'),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 8080 }] } },
    ...plane === 'waypoint' ? [{
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'wp', namespace: 'shop' },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
      status: { addresses: [{ type: 'Hostname', value: 'wp.shop.svc.cluster.local' }] },
    }] : [],
    of('PeerAuthentication', 'mtls', { mtls: { mode } }),
    ...policies.map((one, index) => of('AuthorizationPolicy', `p${index}`, { ...one, ...attached })),
    ...tokens ? [of('RequestAuthentication', 'tokens', { ...tokens, ...attached })] : [],
  ]));
}

const REPLAY = process.env.ANALYSIS_SEED ? { seed: Number(process.env.ANALYSIS_SEED), path: process.env.ANALYSIS_PATH } : {};
const SETTINGS: MeshSettings = { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }], istioVersion: '1.32' };

/** What requests may hold on each axis, whatever rules ask for. */
const TEXTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'method': [['GET'], ['POST'], ['PUT'], ['DELETE'], ['X']],
  'path': [['/'], ['/a'], ['/a/'], ['/a/b'], ['/a/x/c'], ['/b'], ['/a/x/y/c'], ['/A'], ['/a%2Fb'], ['/q/b']],
  'host': [['api.shop'], ['API.shop'], ['www.example.com'], ['api.shop:80'], ['x']],
  'address': [['10.1.2.3'], ['10.2.0.1'], ['192.168.1.1'], ['192.168.1.2'], ['2001:db8::1']],
  'client address': [['10.1.2.3'], ['10.2.0.1'], ['192.168.1.1'], ['8.8.8.8'], ['2001:db8::1']],
  'header x-t': [[], ['a'], ['b'], ['bc'], ['c'], ['a', 'c'], ['b', 'c'], ['x'], ['']],
  'claim [groups]': [[], ['site admin'], ['Zoë', 'r1'], ['r1'], ['r1', 'r2'], ['ax'], ['r3'], ['r1', 'r3'], ['x']],
  'claim [realm][roles]': [[], ['r1'], ['r2', 'r3'], ['x']],
  'claim [sub]': [[], ['site admin'], ['ann'], ['bob'], ['r1'], ['ax']],
  'claim [aud]': [[], ['aud'], ['api.example'], ['https://api.example'], ['p'], ['aud', 'px'], ['x']],
  'claim [azp]': [[], ['aud'], ['p1'], ['x']],
};

/** The answer of the diagram for values that are looked up one by one. */
function answerOf(node: Node, chosen: readonly (number | undefined)[]): string {
  if (isLeaf(node)) return node.answer;
  const index = chosen[node.axis];
  return index === undefined ? 'no value is like it' : answerOf(node.children[index], chosen);
}

describe('a comparison', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 40);
  test.each(PLANES)('tells of every request that is answered otherwise, and of none that is not: %s', plane => {
    fc.assert(fc.property(state, state, fc.infiniteStream(fc.nat()), (before, after, numbers) => {
      const [old, now] = [before, after].map(one => PolicySet.fromManifests(manifests(one, plane), SETTINGS));
      const destination = { namespace: 'shop', ...plane === 'waypoint' ? { service: 'api' } : { workload: 'api' }, port: 8080 };
      const name = plane === 'waypoint' ? 'Service shop/api:8080' : 'shop/api:8080';
      const comparison = PolicyComparison.of(old, now);
      const told = new Set(comparison.changes.filter(change => change.destination === name).map(({ effect }) => effect));
      for (let round = 0; round < 60; round++) {
        const request = anyRequest(destination, () => numbers.next().value as number);
        const effect = effectOf(answersOf([old, now], request));
        if (effect !== undefined && !told.has(effect)) throw new Error(`${effect} is not told of ${JSON.stringify(request)}: ${comparison.toString()}`);
      }
      const back = PolicyComparison.of(now, old);
      expect([back.granted.length > 0, back.revoked.length > 0]).toEqual([comparison.revoked.length > 0, comparison.granted.length > 0]);
      expect(PolicyComparison.of(now, now).permissiveness).toBe(Permissiveness.EQUIVALENT);
    }), { numRuns: runs, ...REPLAY });
  });
});

describe('the causes of a change', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 20);
  interface Named { readonly kind: string; readonly metadata: { readonly name: string } }
  test.each(PLANES)('give its witness the new answer alone, and none of them can be left out: %s', plane => {
    fc.assert(fc.property(state, state, (before, after) => {
      const [old, now] = [before, after].map(one => manifests(one, plane) as Named[]);
      const nameOf = ({ kind, metadata }: Named) => `${kind} ${metadata.name}`;
      const answerWith = (changed: readonly string[], request: AccessRequest) => {
        const mixed = [...old.filter(one => !changed.includes(nameOf(one))), ...now.filter(one => changed.includes(nameOf(one)))];
        return answersOf([PolicySet.fromManifests(mixed, SETTINGS)], request);
      };
      const { changes } = PolicyComparison.of(...[old, now].map(one => PolicySet.fromManifests(one, SETTINGS)) as [PolicySet, PolicySet]);
      for (const { witness, causes } of changes.slice(0, 5)) {
        const names = causes.map(({ kind, name }) => `${kind} ${name}`);
        const answer = answersOf([PolicySet.fromManifests(now, SETTINGS)], witness);
        expect(names.length).toBeGreaterThan(0);
        expect(answerWith(names, witness)).toBe(answer);
        for (const one of names) expect(answerWith(names.filter(other => other !== one), witness)).not.toBe(answer);
      }
    }), { numRuns: runs, ...REPLAY });
  });
});

describe('an analysis of a destination', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 40);
  test.each(PLANES)('answers any request as both sets do: %s', plane => {
    fc.assert(fc.property(state, state, fc.infiniteStream(fc.nat()), (before, after, numbers) => {
      const sides = [before, after].map(one => PolicySet.fromManifests(manifests(one, plane), SETTINGS));
      const destinations = plane === 'waypoint' ? [{ namespace: 'shop', service: 'api', port: 8080 }] : [{ namespace: 'shop', workload: 'api', port: 8080 }];
      for (const destination of destinations) {
        const analysis = new DestinationAnalysis(sides, destination);
        const indexOf = lookUp(analysis);
        for (const answered of analysis.answers) expectExact(analysis, answered, sides, indexOf, () => numbers.next().value as number);
      }
    }), { numRuns: runs, ...REPLAY });
  });
});

describe('what is told of a destination', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 15);
  const to = (answers: string) => effectOf(answers) ?? '';
  const destinationOf = (plane: Plane) => ({ namespace: 'shop', ...plane === 'waypoint' ? { service: 'api' } : { workload: 'api' }, port: 8080 });

  test.each(PLANES)('is together exactly what is answered so, whoever sends it: %s', plane => {
    fc.assert(fc.property(state, state, fc.infiniteStream(fc.nat()), (before, after, numbers) => {
      const sides = [before, after].map(one => PolicySet.fromManifests(manifests(one, plane), SETTINGS));
      const analysis = new DestinationAnalysis(sides, destinationOf(plane));
      const told = saidOf(analysis, to).map((said, index) => ({ ...said, ...statementsOf(analysis, to)[index] }));
      for (const answered of analysis.answers) {
        for (let round = 0; round < 6; round++) {
          const chosen = analysis.axes.map(({ values }) => numbers.next().value as number % values.length);
          const request = answered.request(chosen);
          const effect = effectOf(answersOf(sides, request));
          const saying = told.filter(({ senders, box }) => isSaid(senders, box, answered, chosen));
          expect({ request, effects: [...new Set(saying.map(({ answer }) => answer))] }).toEqual({ request, effects: effect === undefined ? [] : [effect] });
          for (const { callers } of saying) expect({ request, callers, isNamed: isNamed(callers, answered.client) }).toEqual({ request, callers, isNamed: true });
        }
      }
      for (const { callers, box, senders } of told) {
        const others = senders.peers.filter((_, who) => !(box.get(WHO)?.includes(who) ?? true)).filter(peer => !peer.every(client => analysis.strangers.has(client)));
        expect({ callers, others: others.filter(([client]) => isNamed(callers, client)).map(([{ names }]) => names) }).toEqual({ callers, others: [] });
      }
    }), { numRuns: runs, ...REPLAY });
  });

  test.each(PLANES)('is the same in whichever order policies and their rules come: %s', plane => {
    fc.assert(fc.property(state, state, (before, after) => {
      const turned = (one: State) => ({ ...one, policies: [...one.policies].reverse().map(({ rules, ...more }) => ({ ...more, rules: [...rules].reverse() })) });
      const told = (states: State[]) => {
        const { changes } = PolicyComparison.of(...states.map(one => PolicySet.fromManifests(manifests(one, plane), SETTINGS)) as [PolicySet, PolicySet]);
        return changes.map(change => [change.toString(), change.witness]);
      };
      expect(told([turned(before), turned(after)])).toEqual(told([before, after]));
    }), { numRuns: runs, ...REPLAY });
  });
});

/** Whether a box of some senders holds what one sends. */
function isSaid(senders: Senders, box: Box, { client, bearer, isHttp }: Answered, chosen: readonly number[]): boolean {
  const who = senders.peers.findIndex(peer => peer.includes(client));
  const server = senders.servers.indexOf(client.source.sni ?? '');
  const manner = senders.manners.findIndex(one => one.isHttp === isHttp && JSON.stringify(one.bearer) === JSON.stringify(bearer));
  if (who < 0 || manner < 0) return false;
  const at = new Map([[WHO, who], [SERVER, server], [MANNER, manner]]);
  return [...box].every(([axis, values]) => axis === SERVER && client.kind === 'plaintext' || values.includes(axis < 0 ? at.get(axis)! : chosen[axis]));
}

/** Whether some words name a client, as a reader would take them. */
function isNamed(callers: readonly string[], { kind, names, source: { principal = '' } }: Client): boolean {
  const isOfMesh = principal.startsWith(`spiffe://${TD}/`);
  return callers.some(caller => {
    if (caller === 'anyone, also in plaintext' || caller === 'anyone with an identity' && principal !== '') return true;
    if (caller === 'any identity of the mesh') return isOfMesh;
    if (names.includes(caller)) return true;
    if (caller.startsWith('any other workload of ')) return false;
    const domain = caller.endsWith(' of another trust domain');
    const [passed, but = ''] = caller.replace('any other of ', '').replace(' of another trust domain', '').split(' but not ');
    const tests = passed.split(' and ');
    if (caller.startsWith('any other of ') && names.every(name => !name.includes(' ') || name.startsWith('any other workload of '))) return false;
    if (kind === 'plaintext' || domain === isOfMesh || !tests.every(one => one.includes(' '))) return false;
    return tests.every(one => passes(one, principal)) && !but.split(', ').some(one => passes(one, principal));
  });
}

/** Whether an identity passes `namespaces o*`, or is an account by name. */
function passes(test: string, principal: string): boolean {
  const [field, value] = test.split(' ');
  const [, identity, namespace] = /^spiffe:\/\/([^/]+\/ns\/([^/]+)\/sa\/.*)$/.exec(principal)!;
  if (value === undefined) return principal === test || identity === `${TD}/ns/${test.replace('/', '/sa/')}`;
  return new RegExp(`^${value.replace(/[.]/g, '\\.').replaceAll('*', '.*')}$`).test(field === 'principals' ? identity : namespace);
}

describe('a gate', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 40);
  const callers = ['shop/web', 'shop/api', 'ops/batch'];
  const asked = fc.record({ methods: some(['GET', 'POST', 'DELETE']), paths: some(['/a', '/a/*', '*/b', '/a/{*}/c', '/b']), hosts: maybe(some(['api.shop', '*.example.com'])) }, { requiredKeys: ['methods', 'paths'] });
  test.each(PLANES)('tells of an operation that is granted, and of none that is not: %s', plane => {
    fc.assert(fc.property(state, asked, pick(...callers), fc.infiniteStream(fc.nat()), (one, { hosts, ...options }, caller, numbers) => {
      const policies = PolicySet.fromManifests(manifests(one, plane), SETTINGS);
      const forbidden = Operation.http({ ...options, ...hosts ? { hosts } : {} });
      const violations = AccessGate.neverGranted({ callers: [caller], to: 'shop/api', operations: [forbidden] }).violations(policies);
      for (const { witness } of violations) {
        const sender = `spiffe://${TD}/ns/${caller.replace('/', '/sa/')}`;
        expect([isAsked({ ...options, hosts }, witness!), witness!.source?.principal, policies.isAuthorized(witness!).decision]).toEqual([true, sender, expect.not.stringMatching('DENY')]);
      }
      const destination = { namespace: 'shop', ...plane === 'waypoint' ? { service: 'api' } : { workload: 'api' }, port: 8080 };
      const told = violations.some(violation => violation.destination.endsWith('shop/api:8080'));
      const [namespace, name] = caller.split('/');
      for (let round = 0; round < 60 && !told; round++) {
        const request = anyRequest(destination, () => numbers.next().value as number);
        const sent = { ...request, source: { ip: request.source!.ip, principal: `spiffe://${TD}/ns/${namespace}/sa/${name}` } };
        if (isAsked({ ...options, hosts }, sent)) expect({ sent, decision: policies.isAuthorized(sent).decision }).toEqual({ sent, decision: 'DENY' });
      }
    }), { numRuns: runs, ...REPLAY });
  });
});

describe('a gate of who may reach a workload', () => {
  const runs = Number(process.env.ANALYSIS_RUNS ?? 40);
  const allowed = some(['shop/web', 'shop/api', 'ops/batch', 'shop/*', 'ops/*', 'o/*'], 4);
  test.each(PLANES)('tells of others who do, by one of them, and of none where there are none: %s', plane => {
    fc.assert(fc.property(state, allowed, fc.infiniteStream(fc.nat()), (one, callers, numbers) => {
      const policies = PolicySet.fromManifests(manifests(one, plane), SETTINGS);
      const isAllowed = ({ source: { principal = '' } = {} }: AccessRequest) => callers.some(caller => {
        const [namespace, name] = caller.split('/');
        return name === '*' ? principal.startsWith(`spiffe://${TD}/ns/${namespace}/sa/`) : principal === `spiffe://${TD}/ns/${namespace}/sa/${name}`;
      });
      const violations = AccessGate.onlyFrom('shop/api', callers).violations(policies);
      for (const { witness } of violations) {
        expect({ callers, witness, isAllowed: isAllowed(witness!), decision: policies.isAuthorized(witness!).decision }).toEqual({ callers, witness, isAllowed: false, decision: expect.not.stringMatching('DENY') });
      }
      const destination = { namespace: 'shop', ...plane === 'waypoint' ? { service: 'api' } : { workload: 'api' }, port: 8080 };
      const told = violations.some(violation => violation.destination.endsWith('shop/api:8080'));
      for (let round = 0; round < 60 && !told; round++) {
        const request = anyRequest(destination, () => numbers.next().value as number);
        if (!isAllowed(request)) expect({ callers, request, decision: policies.isAuthorized(request).decision }).toEqual({ callers, request, decision: 'DENY' });
      }
    }), { numRuns: runs, ...REPLAY });
  });
});

interface Patterns { readonly methods: string[]; readonly paths: string[]; readonly hosts?: string[] }

/** Whether a request is of an operation, by expressions. */
function isAsked({ methods, paths, hosts }: Patterns, { http: { method = 'GET', path = '/', authority = '' } = {} }: AccessRequest): boolean {
  const isLike = (text: string) => (pattern: string) => new RegExp(`^${pattern.replaceAll('.', '\\.').replace('{*}', '[^/]+').replace(/\*$|^\*/, '.*')}$`).test(text);
  return methods.includes(method) && paths.some(isLike(path)) && (hosts?.flatMap(host => host.startsWith('*') ? host : [host, `${host}:*`]).some(isLike(authority.toLowerCase())) ?? true);
}

/** Looks each text of an axis up once. */
function lookUp({ axes }: DestinationAnalysis): (axis: number, text: number) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (axis, text) => {
    const key = `${axis} ${text}`;
    if (!known.has(key)) known.set(key, axes[axis].indexOf(TEXTS[axes[axis].axis][text]));
    return known.get(key);
  };
}

function expectExact({ axes }: DestinationAnalysis, { node, requestWith, client, bearer, isHttp }: Answered, sides: readonly PolicySet[], indexOf: ReturnType<typeof lookUp>, next: () => number): void {
  for (let round = 0; round < 8; round++) {
    const texts = axes.map(({ axis }) => next() % TEXTS[axis].length);
    const request = requestWith(new Map(axes.map(({ axis }, index) => [axis, TEXTS[axis][texts[index]]])));
    const answer = answerOf(node, axes.map((_, index) => indexOf(index, texts[index])));
    expect({ client, bearer, isHttp, request, answer }).toEqual({ client, bearer, isHttp, request, answer: answersOf(sides, request) });
  }
}

/** Requests of anybody, each part of which is as it comes. */
function anyRequest(destination: RequestDestination, next: () => number): AccessRequest {
  const one = <T>(values: readonly T[]) => values[next() % values.length];
  const [method, path, authority] = ['method', 'path', 'host'].map(axis => one(TEXTS[axis])[0]);
  const issuer = one([undefined, undefined, ISSUER, OTHER, 'https://nobody.example']);
  const claims = { iss: issuer, sub: one(['ann', 'bob', 'ax']), aud: one(TEXTS['claim [aud]']), azp: one(['aud', 'p1']), groups: one(TEXTS['claim [groups]']) };
  const lines = one(TEXTS['header x-t']);
  return {
    destination,
    source: { ip: one(TEXTS.address)[0], ...one([{}, ...CALLERS.flatMap(principal => [TD, TD, 'evil.td'].map(domain => ({ principal: `spiffe://${domain}/ns/${principal}` })))]) },
    http: { method, path, authority, ...lines.length > 0 ? { headers: { 'x-t': [...lines] } } : {}, ...method === 'X' ? { version: '2' } : {} },
    ...issuer === undefined ? {} : { tokens: [{ ...one([{}, {}, { header: 'x-a' }, { header: 'x-b', prefix: 'B ' }, { query: 'q' }, { query: 'access_token' }]), claims }] },
  };
}

const CALLERS = ['shop/sa/web', 'shop/sa/api', 'shop/sa/batch', 'shop/sa/zoe', 'ops/sa/batch', 'ops/sa/zoe', 'oz/sa/web', 'zoo/sa/zoe', 'prs/sa/x'];
const LEVELS = ['DENY', 'CONDITIONAL-IF-CHANGED', 'CONDITIONAL', 'ALLOW'];

/** What a comparison must say somewhere for a request that is answered so before and after. */
function effectOf(answers: string): AccessEffect | undefined {
  const [before, after] = answers.split('|');
  const [old, now] = [before, after].map(answer => LEVELS.indexOf(answer.split(' ')[0]));
  if (before === after) return undefined;
  if (old < 0 || now < 0 || old === now) return AccessEffect.UNCERTAIN;
  return now > old ? AccessEffect.GRANTED : AccessEffect.REVOKED;
}
