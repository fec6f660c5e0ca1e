import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AccessRequest, DataPlane, GuardrailScope, JwtIssuer, JwtProtectedApi, Operation, PlaintextException, PlaintextExceptionProps, PolicySet, Principal, ServiceAccess,
  Transport, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, policies, problemsOf, rawDeployment, rawService } from '../support/shop';

/** A bare namespace has sidecars, but no ZeroTrustNamespace. */
type Plane = 'sidecar' | 'bare' | 'ambient' | 'waypoint';

interface Shop { readonly app: App; readonly chart: Chart; readonly workload: Workload; readonly object: ApiObject }

/** An api on 8080 (HTTP), 9090 (HTTP) and 9000 (TCP), which web may GET. */
function shop(plane: Plane = 'sidecar', asOf = '2026-06-01'): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', asOf === '' ? {} : { asOf });
  const chart = chartOf(app, 'shop');
  if (plane === 'bare') {
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
  } else {
    new ZeroTrustNamespace(chart, 'baseline', {
      name: 'shop', dataPlane: plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT, ...(plane === 'waypoint' ? { waypoint: Waypoint.create({ name: 'wp' }) } : {}),
    });
  }
  const object = rawDeployment(chart, 'api', { container: { ports: [8080, 9090, 9000].map(containerPort => ({ containerPort })) } });
  rawService(chart, 'api', { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-metrics', port: 90, targetPort: 9090 }, { name: 'tcp', port: 9000 }] });
  const workload = Workload.of(object);
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: workload, operations: [Operation.anyHttp({ ports: [8080] })] });
  return { app, chart, workload, object };
}

const PROPS = { fromNetworks: ['10.20.0.0/16'], reason: 'runs on machines', owner: 'team-a', expires: '2026-12-31' };
const METRICS = [Operation.http({ methods: ['GET'], paths: ['/metrics'], ports: [9090] })];
const ALL_OF_PORT = [Operation.anyHttp({ ports: [9090] })];

function except({ chart, workload }: Shop, props: Partial<PlaintextExceptionProps> = {}, id = 'exception'): PlaintextException {
  return new PlaintextException(chart, id, { workload, ...PROPS, ...props });
}

function added(kind: string, chart: Chart, spec: object, namespace = 'shop'): void {
  new ApiObject(chart, 'other', { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'other', namespace }, ...{ spec } });
}

describe('A PlaintextException', () => {
  test('renders three objects, of which those that open say why, whose and until when', () => {
    const made = shop();
    const exception = except(made, { operations: METRICS, metadata: { name: 'scraper' } });
    const own = policies(made.app).filter(({ metadata }) => metadata.name.startsWith('scraper'));
    const says = { 'cdk8s-zero-trust/reason': 'runs on machines', 'cdk8s-zero-trust/owner': 'team-a', 'cdk8s-zero-trust/expires': '2026-12-31' };
    const CONSTRUCT = { 'cdk8s-zero-trust/construct': 'shop/exception' };

    expect(own.map(({ kind, metadata: { name, annotations } }) => [kind, name, annotations])).toEqual([
      ['AuthorizationPolicy', 'scraper-deny', CONSTRUCT],
      ['AuthorizationPolicy', 'scraper', { ...CONSTRUCT, ...says }],
      ['PeerAuthentication', 'scraper-mtls', { ...CONSTRUCT, ...says }],
    ]);
    expect(exception.describePlaintextException()).toBe('plaintext from 10.20.0.0/16 may call Deployment shop/api: GET /metrics on port 9090, until 2026-12-31');
  });

  test.each<[Plane, Partial<PlaintextExceptionProps>]>([
    ['sidecar', { operations: METRICS }],
    ['sidecar', { operations: [Operation.tcp(9000), ...METRICS], fromNetworks: ['10.20.0.0/16', '192.0.2.7', '2001:db8::/32'] }],
    ['sidecar', { wholeWorkload: true }],
    ['sidecar', { operations: ALL_OF_PORT, fromNetworks: ['0.0.0.0/1', '128.0.0.0/2'] }],
    ['bare', { operations: METRICS }],
    ['bare', { wholeWorkload: true }],
    ['ambient', { operations: ALL_OF_PORT }],
    ['ambient', { wholeWorkload: true }],
    ['waypoint', { operations: [...ALL_OF_PORT, Operation.tcp(9000)] }],
    ['waypoint', { wholeWorkload: true }],
  ])('stands among the intents around it, %s: %j', (plane, props) => {
    const made = shop(plane);
    except(made, props);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test.each<[string, Partial<PlaintextExceptionProps>, string]>([
    ['nothing that is named', {}, "operations must have at least one entry, got 'undefined'; name what may be called, as in [Operation.get('/metrics')] or [Operation.tcp(9090)]; everything must be asked for by wholeWorkload: true"],
    ['no operations', { operations: [] }, "operations must have at least one entry, got '[]'"],
    ['operations beside everything', { operations: METRICS, wholeWorkload: true }, 'operations must not come with wholeWorkload, which covers them; leave one of them out'],
    ['no networks', { operations: METRICS, fromNetworks: [] }, "fromNetworks must have at least one entry, got '[]'; name where the clients are, as in ['10.20.0.0/16']"],
    ['everyone', { operations: METRICS, fromNetworks: ['10.0.0.0/8', '0.0.0.0/0'] }, "fromNetworks[1] must not be all addresses, got '0.0.0.0/0'; name the networks that the clients are in"],
    ['everyone of IPv6', { operations: METRICS, fromNetworks: ['::/0'] }, "fromNetworks[0] must not be all addresses, got '::/0'"],
    ['everyone by halves', { operations: METRICS, fromNetworks: ['0.0.0.0/1', '10.0.0.0/8', '128.0.0.0/1'] }, "fromNetworks must not be all addresses together, or all but a few, got '0.0.0.0/1', '10.0.0.0/8', '128.0.0.0/1'; name the networks"],
    ['a host name', { operations: METRICS, fromNetworks: ['scraper.example'] }, "fromNetworks[0] must be an IP address or CIDR block such as '10.0.0.0/8', got 'scraper.example'"],
    ['no reason', { operations: METRICS, reason: ' ' }, "PlaintextException is wider than least privilege and must have a reason, got ' '"],
    ['no owner', { operations: METRICS, owner: '' }, "owner must be text without blanks around it, got ''; name who answers for it, such as a team"],
    ['no day', { operations: METRICS, expires: 'never' }, "expires must be a day such as '2026-12-31', got 'never'"],
  ])('is refused with %s', (_, props, message) => {
    expect(() => except(shop(), props)).toThrow(message);
  });

  test.each<[string, Plane, Partial<PlaintextExceptionProps>, string]>([
    ['a path in ambient', 'ambient', { operations: METRICS }, "operations of plaintext in ambient must be ports, got 'GET /metrics on port 9090' at 'shop/api': ztunnel sees connections only, and a waypoint no addresses; "
      + 'name all of a port: Operation.anyHttp({ ports: […] }) or Operation.tcp(…)'],
    ['a path behind a waypoint', 'waypoint', { operations: METRICS }, "operations of plaintext in ambient must be ports, got 'GET /metrics on port 9090'"],
    ['the port of a Service', 'sidecar', { operations: [Operation.http({ methods: ['GET'], paths: ['/'], ports: [90] })] }, "port 90 is the port of Service 'api', which sends it to 9090 of 'shop/api'; write 9090"],
    ['a day that is past', 'sidecar', { operations: METRICS, expires: '2026-05-31' }, "expires was '2026-05-31', which is past on '2026-06-01'; take it out, or state a new day after a review"],
  ])('is refused at synthesis with %s', (_, plane, props, message) => {
    const made = shop(plane);
    except(made, props);

    expect(problemsOf(made.app)).toEqual([expect.stringContaining(`[shop/exception] ${message}`)]);
  });

  test('is judged by the day that the mesh states, and by no clock', () => {
    const made = shop('sidecar', '');
    except(made, { operations: METRICS });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("[shop/exception] asOf of a ZeroTrustMesh must say by which day expires, '2026-12-31', is judged")]);
  });

  test('is the only one for its pods', () => {
    const made = shop();
    except(made, { operations: METRICS });
    except(made, { operations: [Operation.tcp(9000)] }, 'second');

    expect(problemsOf(made.app)).toEqual(["[shop/exception] pods of 'shop/api' must have one PlaintextException, got 2 ('shop/exception', 'shop/second'), "
      + "of whose PeerAuthentications Istio takes the oldest, which no manifest shows; state both in one (also at 1 more: 'shop/second')"]);
  });

  test('opens no other pods of the same labels, unless they are named', () => {
    const made = shop();
    const twin = rawDeployment(made.chart, 'twin', { selector: { app: 'api', role: 'twin' } });
    new ServiceAccess(made.chart, 'same', { callers: [Principal.serviceAccount('elsewhere', 'web')], to: Workload.of(twin), operations: [Operation.anyHttp({ ports: [8080] })] });
    except(made, { operations: METRICS });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("[shop/exception] policies for 'shop/api' select pods by app: 'api', and so also those of 'shop/twin'; give")]);
  });
});

describe('What others say of the same pods', () => {
  test.each<[string, (made: Shop) => void, string[]]>([
    ['a PeerAuthentication for them', ({ chart }) => added('PeerAuthentication', chart, { selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'STRICT' } }), [
      "[shop/exception] PeerAuthentication 'shop/other' at 'shop/other' may refuse what this promises: GET /metrics on port 9090 of 'shop/api' in plaintext from 10.20.0.0/16; "
      + 'Istio takes the oldest of the PeerAuthentications for the same pods, which no manifest shows: remove it',
    ]],
    ['a DENY of the port', ({ chart }) => added('AuthorizationPolicy', chart, { selector: { matchLabels: { app: 'api' } }, action: 'DENY', rules: [{ to: [{ operation: { ports: ['9090'] } }] }] }), [
      "[shop/exception] AuthorizationPolicy 'shop/other' at 'shop/other' refuses what this promises: GET /metrics on port 9090 of 'shop/api' in plaintext from 10.20.0.0/16; narrow it, or take the promise out",
    ]],
    ['a guardrail', ({ chart, workload }) => new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.workload(workload), onlyCallers: [Principal.serviceAccount('elsewhere', 'web')] }), [
      "[shop/exception] 'shop/guard' forbids what this promises: GET /metrics on port 9090 of 'shop/api' in plaintext from 10.20.0.0/16; take the promise out, or change the guardrail",
    ]],
    ['a guardrail of its namespace', ({ chart }) => new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] }), [
      "[shop/exception] 'shop/guard' forbids what this promises: GET /metrics on port 9090 of 'shop/api' in plaintext from 10.20.0.0/16; take the promise out, or change the guardrail",
    ]],
    ['an API that asks for tokens on the port', made => api(made, [9090]), [
      "[shop/exception] 'shop/users' asks for a token, which plaintext of this does not bring: GET /metrics on port 9090 of 'shop/api' in plaintext from 10.20.0.0/16; have it call another port, which 'ports' of the JwtProtectedApi "
      + 'leave out; publicOperations would open it to everybody in the mesh',
    ]],
  ])('forbids the exception: %s', (_, add, problems) => {
    const made = shop();
    except(made, { operations: METRICS });
    add(made);

    expect(problemsOf(made.app)).toEqual(problems);
  });

  test('an API that asks for tokens at the waypoint is not passed by', () => {
    const made = shop('waypoint');
    except(made, { operations: ALL_OF_PORT });
    api(made, [9090]);

    expect(problemsOf(made.app)).toEqual(["[shop/exception] operations must not open port 9090 of 'shop/api', on which 'shop/users' asks for tokens at the waypoint, past which plaintext goes; "
      + 'name other ports, or take the port out of that API']);
  });

  test.each<[string, Plane, (made: Shop) => void]>([
    ['an API that asks for tokens on another port', 'sidecar', made => api(made, [8080], true)],
    ['an API that asks for tokens on another port of a waypoint', 'waypoint', made => api(made, [8080], true)],
    ['an API by which the operation is public', 'sidecar', made => api(made, [9090], true)],
    ['an access of anyone to the same port', 'sidecar', ({ chart, workload }) => new ServiceAccess(chart, 'all', { callers: [Principal.anyone({ reason: 'r' })], to: workload, operations: [Operation.get('/x')] })],
    ['a guardrail on operations', 'sidecar', ({ chart, workload }) => new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.workload(workload), onlyOperations: [Operation.anyHttp()] })],
    ['STRICT once more for the namespace', 'sidecar', ({ chart }) => added('PeerAuthentication', chart, { mtls: { mode: 'STRICT' } })],
  ])('allows it: %s', (_, plane, add) => {
    const made = shop(plane);
    except(made, { operations: plane === 'sidecar' ? METRICS : ALL_OF_PORT });
    add(made);

    expect(problemsOf(made.app).filter(line => !line.includes('callersSendToken'))).toEqual([]);
  });

  test.each<[string, string, object, string]>([
    ['another port in plaintext', 'PeerAuthentication', { selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }, 'shop/baseline'],
    ['the namespace in plaintext', 'PeerAuthentication', { mtls: { mode: 'PERMISSIVE' } }, 'shop/baseline'],
    ['the port for every identity', 'AuthorizationPolicy', { selector: { matchLabels: { app: 'api' } }, rules: [{ from: [{ source: { principals: ['*'] } }], to: [{ operation: { ports: ['9090'] } }] }] }, 'shop/exception'],
  ])('is found beside it as without it: %s', (_, kind, spec, finder) => {
    const made = shop();
    except(made, { operations: METRICS });
    added(kind, made.chart, spec);

    expect(problemsOf(made.app).join('\n')).toMatch(new RegExp(`(\\[|')${finder}[\\]'].*'shop/other'|'shop/other' .*'${finder}'`));
  });

  test.each<[string, string, JsonPatch]>([
    ['its denial only audits', 'deny', JsonPatch.add('/spec/action', 'AUDIT')],
    ['its denial has no rules', 'deny', JsonPatch.replace('/spec/rules', [])],
    ['it opens another port', 'mtls', JsonPatch.add('/spec/portLevelMtls/9000', { mode: 'PERMISSIVE' })],
    ['its workload is permissive', 'mtls', JsonPatch.replace('/spec/mtls/mode', 'PERMISSIVE')],
    ['its port is STRICT', 'mtls', JsonPatch.replace('/spec/portLevelMtls/9090/mode', 'STRICT')],
    ['identities may call, too', 'Resource', JsonPatch.remove('/spec/rules/0/from/0/source/notPrincipals')],
  ])('is seen where it is changed: %s', (_, child, patch) => {
    const made = shop();
    const exception = except(made, { operations: METRICS });
    if (child === 'deny') {
      new ServiceAccess(made.chart, 'all', { callers: [Principal.anyone({ reason: 'r' })], to: made.workload, operations: [Operation.anyHttp({ ports: [9090] })] });
    }
    (exception.node.findChild(child) as ApiObject).addJsonPatch(patch);

    expect(problemsOf(made.app).join('\n')).toMatch(/\[shop\/exception\]|also at .*'shop\/exception'/);
  });
});

describe('What an exception opens', () => {
  const METRICS_REQUEST = { method: 'GET', path: '/metrics' };
  interface Asked { readonly port?: number; readonly ip?: string; readonly http?: AccessRequest['http']; readonly principal?: string }
  const inside = '10.20.1.1';
  const cases: [string, Asked, boolean][] = [
    ['plaintext from the network', {}, true],
    ['plaintext from elsewhere', { ip: '10.21.1.1' }, false],
    ['plaintext from elsewhere with a forged address', { ip: '10.21.1.1', http: { ...METRICS_REQUEST, headers: { 'x-forwarded-for': [inside] } } }, false],
    ['plaintext from the network to HTTP', { port: 8080 }, false],
    ['plaintext from the network to TCP', { port: 9000, http: undefined }, false],
    ['plaintext from the network to a port that nobody lists', { port: 7777 }, false],
    ['an identity from the network', { principal: 'cluster.local/ns/x/sa/y' }, false],
    ['an identity that has an access to another port', { principal: 'cluster.local/ns/elsewhere/sa/web' }, false],
  ];
  const decide = ({ app }: Shop, { port = 9090, ip = inside, principal, http = METRICS_REQUEST }: Asked): boolean => PolicySet.fromApp(app).isAuthorized({
    destination: { namespace: 'shop', workload: 'api', port },
    source: { ip, ...(principal === undefined ? { transport: Transport.PLAINTEXT } : { principal }) },
    ...(port === 9000 ? {} : { http }),
  }).isAllowed;

  test.each(['sidecar', 'bare', 'ambient', 'waypoint'] as const)('is a port in plaintext, and nothing else: %s', plane => {
    const made = shop(plane);
    except(made, { operations: ALL_OF_PORT });

    expect(cases.map(([what, asked]) => [what, decide(made, asked)])).toEqual(cases.map(([what, , isOpen]) => [what, isOpen]));
    if (plane !== 'waypoint') { expect(decide(made, { port: 8080, principal: 'cluster.local/ns/elsewhere/sa/web' })).toBe(true); }
  });

  test('beside sidecars are requests, also where the port is for anyone', () => {
    const made = shop();
    except(made, { operations: METRICS });
    new ServiceAccess(made.chart, 'all', { callers: [Principal.anyone({ reason: 'r' })], to: made.workload, operations: [Operation.anyHttp({ ports: [9090] })] });

    expect(problemsOf(made.app)).toEqual([]);
    expect([{}, { http: { method: 'POST', path: '/metrics' } }, { http: { method: 'GET', path: '/x' } }, { http: { method: 'GET', path: '//metrics' } }, { ip: '10.21.1.1' }, { principal: 'cluster.local/ns/x/sa/y' }]
      .map(asked => decide(made, asked))).toEqual([true, false, false, false, false, true]);
  });

  test.each(['sidecar', 'ambient', 'waypoint'] as const)('is the whole workload where that is asked for: %s', plane => {
    const made = shop(plane);
    except(made, { wholeWorkload: true });

    expect([8080, 9090, 9000, 7777].flatMap(port => [inside, '10.21.1.1'].map(ip => decide(made, { port, ip })))).toEqual([true, false, true, false, true, false, true, false]);
    expect(decide(made, { principal: 'cluster.local/ns/x/sa/y' })).toBe(false);
  });
});

/** Asks for tokens on a port. */
function api({ chart, workload }: Shop, ports: number[], hasPublic = false): void {
  new JwtProtectedApi(chart, 'users', {
    workload,
    ports,
    issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
    rules: [{ anyToken: true, operations: [Operation.get('/a')] }],
    ...(hasPublic ? { publicOperations: [Operation.get('/metrics')] } : {}),
  });
}
