import { ApiObject, Chart } from 'cdk8s';
import {
  Condition, DataPlane, JwtIssuer, JwtProtectedApi, Operation, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, ZeroTrustMesh,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';

const REASON = { reason: 'r' };
const READ = Operation.http({ methods: ['GET', 'HEAD'], paths: ['/api/*', '/v2'], hosts: ['api.example.com'], ports: [8080, 8081] });
const ISSUER = JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api', 'admin'] });
const LEDGER = Workload.fromPods({ namespace: 'pay', labels: { app: 'ledger' }, serviceAccount: 'books', name: 'ledger' });

describe('What was stated is told as text', () => {
  test.each([
    [Principal.serviceAccount('shop', 'web').describePrincipal(), 'shop/web'],
    [Principal.of(LEDGER).describePrincipal(), 'pay/books'],
    [Principal.namespace('shop', REASON).describePrincipal(), 'shop/*'],
    [Principal.anyAuthenticated(REASON).describePrincipal(), 'any authenticated peer'],
    [Principal.anyone(REASON).describePrincipal(), 'anyone'],

    [Operation.get('/api/*').describeOperation(), 'GET /api/*'],
    [READ.describeOperation(), 'GET, HEAD /api/*, /v2 of host api.example.com on port 8080, 8081'],
    [Operation.http({ methods: ['GET'], paths: ['*'] }).describeOperation(), 'GET any path'],
    [Operation.http({ methods: ['*'], paths: ['/a'] }).describeOperation(), 'any method /a'],
    [Operation.anyHttp({ portNames: ['admin'] }).describeOperation(), 'any HTTP request on port admin'],
    [Operation.grpc('shop.v1.Cart', 'AddItem').describeOperation(), 'POST /shop.v1.Cart/AddItem'],
    [Operation.tcp(5432).describeOperation(), 'TCP on port 5432'],

    [Condition.header('X-Team', 'a', 'b*').describeCondition(), 'header x-team is a or b*'],
    [Condition.headerPresent('x-team').describeCondition(), 'header x-team is there'],
    [Condition.nestedClaim(['realm', 'role'], 'admin').describeCondition(), 'claim realm.role is admin'],
    [Condition.audience('api').describeCondition(), 'the token is for api'],
    [Condition.presenter('cli').describeCondition(), 'the token was issued to cli'],
    [Condition.sourceIp('10.0.0.0/8').describeCondition(), 'the peer has an address in 10.0.0.0/8'],
    [Condition.sni('api.*').describeCondition(), 'the server name is api.*'],

    [ISSUER.describeJwtIssuer(), 'https://auth.example.com for api, admin'],
    [JwtIssuer.of({ issuer: 'https://auth.example.com', anyAudience: REASON }).describeJwtIssuer(), 'https://auth.example.com for any audience'],

    [Waypoint.existing('infra', 'wp').describeWaypoint(), 'the waypoint infra/wp'],
    [Waypoint.create().describeWaypoint(), 'a waypoint in the namespace itself'],
    [Waypoint.create({ name: 'wp', usedBy: ['pay', 'ops'] }).describeWaypoint(), 'a waypoint in the namespace itself, named wp, also for pay, ops'],

    [PublicGateway.classic({ namespace: 'edge', labels: { istio: 'ingressgateway', zone: 'a' }, ports: [8080], ...REASON }).describePublicGateway(),
      'pods istio=ingressgateway,zone=a of edge on port 8080'],
    [PublicGateway.gatewayApi({ namespace: 'edge', name: 'public', ports: [80, 443], ...REASON }).describePublicGateway(), 'Gateway edge/public on port 80, 443'],

    [LEDGER.describeWorkload(), 'Pods pay/ledger'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  test('a workload by its object', () => {
    const chart = new Chart(testApp(), 'shop', { namespace: 'shop' });
    const api = new ApiObject(chart, 'api', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' } });

    expect(Workload.of(api).describeWorkload()).toBe('Deployment shop/api');
  });

  test('an access', () => {
    const chart = new Chart(testApp(), 'shop', { namespace: 'shop' });
    const callers = [Principal.serviceAccount('shop', 'web'), Principal.namespace('ops', REASON)];
    const plain = new ServiceAccess(chart, 'plain', { callers, to: LEDGER, operations: [Operation.get('/a'), Operation.tcp(9000)] });
    const when = new ServiceAccess(chart, 'when', {
      callers, to: LEDGER, operations: [Operation.get('/a')], conditions: [Condition.header('x', 'a'), Condition.claim('role', 'b')],
    });

    expect(plain.describeServiceAccess()).toBe('shop/web, ops/* may call Pods pay/ledger: GET /a; TCP on port 9000');
    expect(when.describeServiceAccess()).toBe('shop/web, ops/* may call Pods pay/ledger: GET /a, where header x is a and claim role is b');
  });

  test('an API with tokens', () => {
    const chart = new Chart(testApp(), 'pay', { namespace: 'pay' });
    const props = { workload: LEDGER, issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.anyHttp()] }] };
    const closed = new JwtProtectedApi(chart, 'closed', props);
    const open = new JwtProtectedApi(chart, 'open', { ...props, publicOperations: [Operation.get('/healthz'), Operation.get('/docs/*')] });

    expect(closed.describeJwtProtectedApi()).toBe('Pods pay/ledger needs a token of https://auth.example.com');
    const named = new JwtProtectedApi(chart, 'named', { ...props, callers: [Principal.serviceAccount('edge', 'gw')], publicOperations: [Operation.get('/healthz')] });
    expect(named.describeJwtProtectedApi()).toBe('Pods pay/ledger needs a token of https://auth.example.com but for GET /healthz by edge/gw');
    expect(open.describeJwtProtectedApi()).toBe('Pods pay/ledger needs a token of https://auth.example.com but for GET /healthz; GET /docs/*');
  });

  test('a mesh', () => {
    const closed = { trustDomain: 'prod.td', istioVersion: '1.29', dataPlane: DataPlane.AMBIENT, defaultDeny: true, publicGateways: [] };

    expect(new ZeroTrustMesh(new Chart(testApp(), 'a'), 'mesh', closed).describeZeroTrustMesh()).toBe('prod.td: Istio 1.29, ambient, STRICT mutual TLS, default deny');
    expect(new ZeroTrustMesh(new Chart(testApp(), 'b'), 'mesh').describeZeroTrustMesh()).toBe('cluster.local: Istio 1.24 or newer, sidecar, STRICT mutual TLS');
    expect(new ZeroTrustMesh(new Chart(testApp(), 'c'), 'mesh', { exists: true }).describeZeroTrustMesh()).toBe('cluster.local: Istio 1.24 or newer, sidecar, policies from elsewhere');
  });
});
