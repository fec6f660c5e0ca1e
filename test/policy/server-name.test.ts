import { PolicySet, RequestDestination, RequestSource } from 'cdk8s-zero-trust';
import { AMBIENT, API, rule, SIDECARS, tls } from './sending';
import { authorization, namespace, pod, service, verdict } from './support';

const NAME = `outbound_.80_._.${API}`;
const named = (values: string[]) => authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values }] }] });

function ask(client: Record<string, string> | undefined, objects: object[], source: RequestSource = {}, destination: Partial<RequestDestination> = {}): string {
  const policies = PolicySet.fromManifests([
    ...client ? [namespace('client', client)] : [], namespace('shop', SIDECARS), service('api', [{ name: 'http', port: 80, targetPort: 8080 }]), pod('api'), ...objects,
  ]);
  return verdict(policies.isAuthorized({ source: { serviceAccount: 'client/web', ...source }, destination: { namespace: 'shop', service: 'api', port: 80, ...destination }, http: {} }));
}

describe('The server name of a client that is known by its identity', () => {
  test.each<[what: string, client: Record<string, string> | undefined, objects: object[], expected: string]>([
    ['is that of the Service where its namespace has sidecars', SIDECARS, [named([NAME])], 'DENY DENY 403'],
    ['is that of the Service where its pods have sidecars', {}, [pod('web', { 'sidecar.istio.io/inject': 'true' }, 'client'), named([NAME])], 'DENY DENY 403'],
    ['is that of a DestinationRule that sets one', SIDECARS, [rule({ host: API, ...tls('ISTIO_MUTUAL', { sni: 'x' }) }), named(['x'])], 'DENY DENY 403'],
    ['is asked for by one of several conditions of one of several rules', SIDECARS, [authorization({
      action: 'DENY',
      rules: [
        { to: [{ operation: { methods: ['POST'] } }] }, { when: [{ key: 'destination.port', values: ['8080'] }, { key: 'connection.sni', values: [NAME] }] },
      ],
    })], 'DENY DENY 403'],
    ['is no other', SIDECARS, [named(['x'])], 'ALLOW 200'],
    ['is none in ambient', AMBIENT, [named(['*'])], 'ALLOW 200'],
    ['is not known of a client of which no manifest tells', undefined, [named([NAME])], 'UNDECIDED DENY'],
    ['is not known where some of its pods have a sidecar and others are in ambient', SIDECARS,
      [pod('web', {}, 'client'), { ...pod('b', { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'ambient' }, 'client'), spec: { serviceAccountName: 'web' } }, named([NAME])], 'UNDECIDED DENY'],
    ['does not matter where no policy asks for it', undefined, [], 'ALLOW 200'],
  ])('%s', (_, client, objects, expected) => {
    expect(ask(client, objects)).toBe(expected);
  });

  test.each<[string, RequestSource, Partial<RequestDestination>, string]>([
    ['is what the request says', { sni: 'x' }, {}, 'DENY DENY 403'],
    ['may be said to be none', { sni: '' }, {}, 'ALLOW 200'],
    ['is not known where a pod is addressed', {}, { service: undefined, workload: 'api', port: 8080 }, 'UNDECIDED DENY'],
    ['is not known of other trust domains', { serviceAccount: undefined, principal: 'other/ns/client/sa/web' }, {}, 'DENY TRANSPORT'],
  ])('%s', (_, source, destination, expected) => {
    expect(ask(SIDECARS, [named(['x'])], source, destination)).toBe(expected);
  });
});
