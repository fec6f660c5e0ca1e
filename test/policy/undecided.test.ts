import { AuthorizationResponse, PolicySet, UndecidedReason } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, pod, request, service, sidecars, WEB } from './support';
import { AuthorizationResponse as Response } from '../../src/policy/response';

const { UNKNOWN_FACT, UNKNOWN_AGE, UNKNOWN_WAY, SEVERAL_WAYS, MANIFEST_IN_DOUBT } = UndecidedReason;
const BY_ADDRESS = { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] };
const TO_SERVICE = { destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB }, http: {} };
const unknown = { source: { principal: WEB } };
const noAge = { creationTimestamp: undefined };
const behind = (name: string, app: string) => ({ ...pod(name), metadata: { name, namespace: 'shop', labels: { app: 'api', version: app } } });

describe('an answer that is undecided', () => {
  test.each<[UndecidedReason, string, string, AuthorizationResponse]>([
    [
      UNKNOWN_FACT, 'ALLOW', 'neither the request nor the manifests say what is asked for by shop/policy rule 0 from[0].source.ipBlocks',
      sidecars([authorization({ rules: [BY_ADDRESS] })]).isAuthorized(request(unknown)),
    ],
    [
      UNKNOWN_FACT, 'DENY', 'neither the request nor the manifests say what is asked for by shop/policy rule 0 from[0].source.ipBlocks',
      sidecars([authorization({ action: 'DENY', rules: [BY_ADDRESS] })]).isAuthorized(request(unknown)),
    ],
    [
      UNKNOWN_FACT, 'CUSTOM', 'neither the request nor the manifests say what is asked for by shop/policy rule 0 from[0].source.ipBlocks',
      sidecars([authorization({ action: 'CUSTOM', provider: { name: 'none' }, rules: [BY_ADDRESS] })]).isAuthorized(request(unknown)),
    ],
    [
      UNKNOWN_AGE, 'TRANSPORT', 'it is not known which of several PeerAuthentications is the oldest',
      sidecars([peerAuthentication({ mtls: { mode: 'STRICT' } }, { name: 'a', ...noAge }), peerAuthentication({}, { name: 'b', ...noAge })]).isAuthorized(request({ source: {} })),
    ],
    [UNKNOWN_WAY, 'TRANSPORT', "no workload of the manifests is behind Service 'api'", PolicySet.fromManifests([service('api', [{ port: 80 }])]).isAuthorized(TO_SERVICE)],
    [
      SEVERAL_WAYS, 'DENY', "ALLOW if it is sent on to 'shop/v1', DENY if it is sent on to 'shop/v2'",
      PolicySet.fromManifests([
        namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ port: 80 }]), behind('v1', '1'), behind('v2', '2'),
        authorization({ action: 'DENY', selector: { matchLabels: { version: '2' } }, rules: [{}] }),
      ]).isAuthorized(TO_SERVICE),
    ],
    [MANIFEST_IN_DOUBT, 'ALLOW', "manifest 4, AuthorizationPolicy shop/policy: spec.rules: must be a list, got 'all'; correct it", sidecars([authorization({ rules: 'all' })]).isAuthorized(request())],
  ])('says why: %s at %s', (undecidedReason, stage, reason, response) => {
    expect(response).toMatchObject({ decision: 'UNDECIDED', undecidedReason, stage, reason });
    expect(response.explain().split('\n')[0]).toBe(`UNDECIDED, as ${reason}`);
    expect(response.explain()).not.toContain(`note: ${reason}`);
  });

  test('is another one where a proxy refuses', () => {
    const response = sidecars([authorization({ rules: 'all' }), authorization({ action: 'DENY', rules: [{}] }, { name: 'none' })]).isAuthorized(request());

    expect([response.decision, response.undecidedReason, response.reason]).toEqual(['DENY', undefined, undefined]);
  });
});

describe('an answer that is decided', () => {
  test('has no reason but the policies', () => {
    for (const response of [sidecars([]).isAuthorized(request()), sidecars([authorization({})]).isAuthorized(request())]) {
      expect([response.reason, response.undecidedReason]).toEqual([undefined, undefined]);
    }
  });

  test('says why nothing arrives', () => {
    const response = Response._of({ way: { hops: [], notes: ['a note', 'a note'], broken: 'the certificate has another name' }, verdicts: [], onClient: () => [] });

    expect([response.decision, response.stage, response.reason]).toEqual(['DENY', 'TRANSPORT', 'the certificate has another name']);
    expect(response.explain()).toBe('DENY, as the certificate has another name\nnote: a note');
  });

  test('names a client whose request is no HTTP', () => {
    for (const call of [{ http: { method: 'DUMMY' } }, { tcp: true }]) {
      expect(sidecars([]).isAuthorized(request(call)).explain()).toContain('HTTP connection of peer spiffe://cluster.local/ns/shop/sa/web');
    }
    expect(sidecars([]).isAuthorized(request({ source: {}, http: { method: 'DUMMY' } })).explain()).toContain('HTTP connection of a peer without identity');
  });
});
