import { Condition, Operation } from 'cdk8s-zero-trust';
import { Caller } from '../../src/intent/caller';
import { AccessIntent } from '../../src/intent/intent';
import { renderAccess } from '../../src/render/access';
import { AMBIENT, http, MESH, namespace, service, tcp, undeclared, WAYPOINT, workload } from '../support/facts';

const WEB: Caller = { kind: 'serviceAccount', namespace: 'shop', name: 'web' };
const API = workload([http(8080, 'http'), tcp(9000, 'raw')]);
const FROM_WEB = [{ source: { principals: ['prod.td/ns/shop/sa/web'] } }];
const AT_PODS = { selector: { matchLabels: { app: 'api' } } };
const AT_SERVICE = { targetRefs: [{ kind: 'Service', group: '', name: 'api' }] };

interface Given extends Partial<Omit<AccessIntent, 'operations' | 'conditions'>> {
  readonly operations?: Operation[];
  readonly conditions?: Condition[];
}

function access({ operations = [Operation.get('/api/*')], conditions = [], ...given }: Given) {
  return renderAccess({
    kind: 'access',
    mesh: MESH,
    target: API,
    namespace: namespace('shop'),
    callers: [WEB],
    ...given,
    operations: operations.map(operation => operation._data),
    conditions: conditions.map(condition => condition._data),
  });
}

/** A workload behind a waypoint whose Service maps 80 to 8080. */
const behind = (facts = {}) => ({ namespace: WAYPOINT, target: workload([http(8080), tcp(9000)], [service('api', { 80: 8080, 90: 9000 }, facts)]) });

describe('An access at sidecars', () => {
  test.each<[string, Given, object[]]>([
    ['one rule for HTTP on the HTTP ports', {}, [{ from: FROM_WEB, to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }] }]],
    ['several operations as alternatives', { operations: [Operation.get('/a'), Operation.http({ methods: ['PUT', 'POST'], paths: ['*'] })] }, [{
      from: FROM_WEB,
      to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080'] } }, { operation: { methods: ['PUT', 'POST'], ports: ['8080'] } }],
    }]],
    ['hosts with and without port', { operations: [Operation.http({ methods: ['GET'], paths: ['/a'], hosts: ['a.example', '*.b.example', 'c.example:81'] })] }, [{
      from: FROM_WEB,
      to: [{ operation: { methods: ['GET'], paths: ['/a'], hosts: ['a.example', 'a.example:*', '*.b.example', 'c.example:81'], ports: ['8080'] } }],
    }]],
    ['gRPC', { operations: [Operation.grpc('shop.Cart', 'Add'), Operation.grpc('shop.Pay', '*')] }, [{
      from: FROM_WEB,
      to: [{ operation: { methods: ['POST'], paths: ['/shop.Cart/Add'], ports: ['8080'] } }, { operation: { methods: ['POST'], paths: ['/shop.Pay/*'], ports: ['8080'] } }],
    }]],
    ['TCP by number', { operations: [Operation.tcp(9000)] }, [{ from: FROM_WEB, to: [{ operation: { ports: ['9000'] } }] }]],
    ['TCP by name', { operations: [Operation.tcpNamed('raw')] }, [{ from: FROM_WEB, to: [{ operation: { ports: ['9000'] } }] }]],
    ['FG-48: HTTP and TCP as rules of their own', { operations: [Operation.get('/a'), Operation.tcp(9000), Operation.anyHttp()] }, [
      { from: FROM_WEB, to: [{ operation: { ports: ['9000'] } }, { operation: { ports: ['8080'] } }] },
      { from: FROM_WEB, to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['8080'] } }] },
    ]],
    ['HTTP ports by name', { operations: [Operation.anyHttp({ portNames: ['http'] })] }, [{ from: FROM_WEB, to: [{ operation: { ports: ['8080'] } }] }]],
    ['FG-46: conditions that all hold beside caller and operation', { conditions: [Condition.header('x-tenant', 'a', 'b'), Condition.sourceIp('10.0.0.0/8')] }, [{
      from: FROM_WEB,
      to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
      when: [{ key: 'request.headers[x-tenant]', values: ['a', 'b'] }, { key: 'source.ip', values: ['10.0.0.0/8'] }],
    }]],
    ['several callers in one source', { callers: [WEB, { kind: 'serviceAccount', namespace: 'ops', name: 'cron' }, { kind: 'namespace', namespace: 'dev' }] }, [{
      from: [{ source: { principals: ['prod.td/ns/shop/sa/web', 'prod.td/ns/ops/sa/cron', 'prod.td/ns/dev/sa/*'] } }],
      to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
    }]],
    ['any authenticated peer', { callers: [{ kind: 'anyAuthenticated' }] }, [{
      from: [{ source: { principals: ['*'] } }], to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
    }]],
    ['anyone, asked for by name', { callers: [{ kind: 'anyone' }] }, [{ to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }] }]],
  ])('renders %s', (_, given, rules) => {
    expect(access(given)).toEqual({ specs: { policy: { ...AT_PODS, rules } }, problems: [] });
  });

  test('is open to nobody where no caller is left', () => {
    expect(() => access({ callers: [] })).toThrow('a rule must have callers, got none');
  });
});

describe('An access in ambient', () => {
  test('is enforced on connections where there is no waypoint', () => {
    const rendering = access({ namespace: AMBIENT, operations: [Operation.tcp(9000), Operation.anyHttp()], conditions: [Condition.sourceIp('10.0.0.1')] });

    expect(rendering).toEqual({
      specs: {
        policy: {
          ...AT_PODS,
          rules: [{
            from: FROM_WEB, to: [{ operation: { ports: ['9000'] } }, { operation: { ports: ['8080'] } }], when: [{ key: 'source.ip', values: ['10.0.0.1'] }],
          }],
        },
      },
      problems: [],
    });
  });

  test('is enforced at the waypoint, by Service and Service port, HTTP and TCP alike', () => {
    expect(access({ ...behind(), operations: [Operation.get('/a'), Operation.tcp(9000)] })).toEqual({
      specs: {
        policy: {
          ...AT_SERVICE,
          rules: [
            { from: FROM_WEB, to: [{ operation: { ports: ['90'] } }] },
            { from: FROM_WEB, to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['80'] } }] },
          ],
        },
      },
      problems: [],
    });
  });

  test('names every Service of the workload, and every port that leads to the same', () => {
    const target = workload([http(8080)], [service('api', { 80: 8080 }), service('api-old', { 80: 8080, 8000: 8080 })]);

    expect(access({ namespace: WAYPOINT, target, operations: [Operation.anyHttp()] })).toEqual({
      specs: {
        policy: {
          targetRefs: [{ kind: 'Service', group: '', name: 'api' }, { kind: 'Service', group: '', name: 'api-old' }],
          rules: [{ from: FROM_WEB, to: [{ operation: { ports: ['80', '8000'] } }] }],
        },
      },
      problems: [],
    });
  });

  test.each([
    ['headless', { headless: true }],
    ['opted out', { useWaypoint: 'none' }],
  ])('is enforced at the pods, with container ports, where the Service is %s', (_, facts) => {
    expect(access({ ...behind(facts), operations: [Operation.tcp(9000)] })).toEqual({
      specs: { policy: { ...AT_PODS, rules: [{ from: FROM_WEB, to: [{ operation: { ports: ['9000'] } }] }] } },
      problems: [],
    });
  });
});

describe('An access', () => {
  const waypointNeeded = 'HTTP methods, paths and hosts can be enforced only by a waypoint, but';
  test.each<[string, Given, string[]]>([
    ['FG-24: the port of a Service', { target: workload([http(8080)], [service('api', { 80: 8080 })]), operations: [Operation.anyHttp({ ports: [80] })] },
      ["port 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080"]],
    ['an unknown port', { operations: [Operation.tcp(1)] }, ["port '1' is not one that 'shop/api' listens on; it has 8080 'http' (http), 9000 'raw' (tcp): name one of these, "
      + 'declare it as a container port, or state it by Workload.of(…, { ports: [{ number: … }] })']],
    ['FG-48: HTTP on a TCP port', { operations: [Operation.anyHttp({ ports: [9000] })] }, ["port 9000 of 'shop/api' is declared TCP (Service 'api' port 'tcp'), "
      + 'where a proxy drops rules on HTTP fields whole; state connections by Operation.tcp(9000), or declare the port HTTP']],
    ['FG-48: HTTP on a port that is sniffed', { target: workload([undeclared(8080)]) }, ["port 8080 of 'shop/api' declares no protocol, as no Service of this app in namespace 'shop' has it, so proxies guess it on each connection, "
      + "and drop rules on HTTP fields where they guess TCP; give it one there, and name the Service port 'http', or give it appProtocol: http (or grpc, http2), "
      + 'or where something else makes the Service: Workload.of(…, { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] })']],
    ['FG-48: HTTP on a port about which Services disagree',
      { target: workload([{ ...undeclared(8080), conflict: true, declaredBy: "Service 'a' port 'http' (http), Service 'b' port 'tcp' (tcp)" }]) },
      ["port 8080 of 'shop/api' declares no protocol, so proxies guess it on each connection, and drop rules on HTTP fields where they guess TCP; "
      + "make these agree: Service 'a' port 'http' (http), Service 'b' port 'tcp' (tcp)"]],
    ['HTTP where no port is declared HTTP', { target: workload([tcp(9000)]) }, ["no port of 'shop/api' is declared HTTP; it has 9000 (tcp): state connections by Operation.tcp, or "
      + "declare an HTTP port by a Service port that is named 'http' or has appProtocol: http"]],
    ['TCP on an HTTP port', { operations: [Operation.tcp(8080)] }, ["port 8080 of 'shop/api' speaks HTTP (Service 'api' port 'http'), so Operation.tcp would mean every request on it; "
      + 'name the requests by Operation.http, or mean all by Operation.anyHttp({ ports: [8080] })']],
    ['an HTTP condition on a TCP port', { operations: [Operation.tcp(9000)], conditions: [Condition.header('x', 'a')] },
      ["condition 'header' needs HTTP, but Operation.tcp(9000) has none; state the TCP port as an access of its own, without it"]],
    ['HTTP without a waypoint', { namespace: AMBIENT }, [`${waypointNeeded} namespace 'shop' has no waypoint; `
      + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })"]],
    ['FG-64: a server name without a waypoint', { namespace: AMBIENT, operations: [Operation.tcp(9000)], conditions: [Condition.sni('a')] },
      ["condition 'sni' can be enforced only by a waypoint, but namespace 'shop' has no waypoint; "
      + "declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })"]],
    ['FG-69: HTTP at a headless Service', behind({ headless: true }),
      [`${waypointNeeded} Service 'api' is headless, so clients call pods by address, past the waypoint; give the workload a Service with a cluster IP`]],
    ['HTTP at a Service that opts out', behind({ useWaypoint: 'none' }), [`${waypointNeeded} Service 'api' opts out of the waypoint; remove its label istio.io/use-waypoint: none`]],
    ['FG-69: HTTP without a Service', { namespace: WAYPOINT }, [`${waypointNeeded} 'shop/api' has no Service in this app, so it is called by pod address, past the waypoint; `
      + 'give it a Service, or describe the one it has elsewhere by Workload.fromPods(…, { services: [{ … }] })']],
    ['Services that take two ways', { namespace: WAYPOINT, target: workload([http(8080)], [service('api', { 80: 8080 }), service('pods', { 80: 8080 }, { headless: true })]) },
      ["the Services of 'shop/api' take two ways: 'api' through the waypoint, 'pods' straight to the pods; "
      + "say which is meant by Workload.of(…, { service: '…' }), one access per way"]],
    ['a waypoint of the Service alone', behind({ useWaypoint: 'other' }), ["Service 'api' uses waypoint 'shop/other', but namespace 'shop' is protected at 'shop/wp'; "
      + 'remove its label istio.io/use-waypoint, or declare that waypoint for it by serviceWaypoints of the ZeroTrustNamespace']],
    ['FG-66: a waypoint that no namespace declares', { ...behind({ useWaypoint: 'own' }), namespace: AMBIENT, operations: [Operation.tcp(9000)] },
      ["Service 'api' uses waypoint 'shop/own', but namespace 'shop' declares none; declare it on a ZeroTrustNamespace: new ZeroTrustNamespace(…, { waypoint: Waypoint.existing(…) }), "
      + "for this Service alone by serviceWaypoints: [{ services: ['api'], waypoint: … }], or remove the label istio.io/use-waypoint of the Service"]],
    ['a waypoint of the pods', { namespace: WAYPOINT, target: { ...workload([http(8080)], [service('api', { 80: 8080 })]), podLabels: { 'istio.io/use-waypoint': 'own' } } },
      ["the pods of 'shop/api' are labelled istio.io/use-waypoint: own, where nothing of this is enforced; remove the label, and declare the waypoint by a ZeroTrustNamespace"]],
    ['server names at a waypoint of 1.24', { ...behind(), conditions: [Condition.sni('api.example.com')], mesh: { ...MESH, istioVersion: '1.24' } },
      ['Condition.sni is not known at waypoints before Istio 1.25, the mesh has 1.24; leave it out, or raise istioVersion of the ZeroTrustMesh']],
    ['addresses at a waypoint', { ...behind(), conditions: [Condition.sourceIp('10.0.0.0/8')] },
      ['Condition.sourceIp never matches at a waypoint, which sees an internal address; name the callers by identity instead']],
    ['a port that the Service does not expose', { ...behind(), target: workload([http(8080), tcp(9000)], [service('api', { 80: 8080 })]), operations: [Operation.tcp(9000)] },
      ["Service 'api' does not expose port 9000 of its pods, and a waypoint sees only Service ports; add the port to the Service"]],
    ['the port of a Service at a waypoint', { ...behind(), operations: [Operation.anyHttp({ ports: [80] })] },
      ["port 80 is the port of Service 'api', which sends it to 8080 of 'shop/api'; write 8080"]],
    ['a port that means something else at another Service',
      { namespace: WAYPOINT, target: workload([http(8080), http(8081)], [service('a', { 80: 8080 }), service('b', { 80: 8081, 90: 8080 })]), operations: [Operation.anyHttp({ ports: [8080] })] },
      ["port 80 means 8081 at Service 'b' and another port at its sibling; say which Service is meant by Workload.of(…, { service: '…' })"]],
    ['a selector in the root namespace', { target: workload([http(8080)], [], { namespace: 'istio-system', path: 'kiali/kiali' }), namespace: namespace('istio-system') },
      ["'kiali/kiali' is in the root namespace 'istio-system', where a policy selects the pods of every namespace by their labels; move it to a namespace of its own"]],
  ])('refuses %s', (_, given, problems) => {
    expect(access(given).problems).toEqual(problems);
  });
});

describe('An access that is only tried out', () => {
  const tcpOnly = { operations: [Operation.tcp(9000)] };
  test.each<[string, Given]>([['sidecars', {}], ['sidecars, of a port', tcpOnly], ['a waypoint', behind()], ['a waypoint, of a port', { ...behind(), ...tcpOnly }]])('says at %s what it will say in force', (_, given) => {
    expect(access({ ...given, isDryRun: true })).toEqual(access(given));
  });

  const notGiven = 'Enforcement.DRY_RUN says nothing at ztunnel, which is not given it, and';
  test.each<[string, Given, string]>([
    ['without a waypoint', { namespace: AMBIENT, ...tcpOnly },
      `${notGiven} namespace 'shop' has no waypoint; declare one on its ZeroTrustNamespace: new ZeroTrustNamespace(…, { name: 'shop', waypoint: Waypoint.create() })`],
    ['past the waypoint', { ...behind({ headless: true }), ...tcpOnly },
      `${notGiven} Service 'api' is headless, so clients call pods by address, past the waypoint; give the workload a Service with a cluster IP`],
  ])('is refused %s', (_, given, problem) => {
    expect(access(given).problems).toEqual([]);
    expect(access({ ...given, isDryRun: true }).problems).toEqual([problem]);
  });
});
