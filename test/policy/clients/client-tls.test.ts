import { clusterTls, endpointMode, isVoid } from '../../../src/policy/clients/client-tls';
import { DestinationRule, HostRules, TrafficPolicy } from '../../../src/policy/clients/destination-rule';

function rules(trafficPolicy?: TrafficPolicy, ofSubset?: TrafficPolicy): HostRules {
  const rule: DestinationRule = { namespace: 'shop', name: 'rule', meta: {}, location: { document: 0 }, spec: { trafficPolicy } };
  return { rule, subsets: [{ name: 'v1', trafficPolicy: ofSubset }] };
}

const tls = (mode: string) => ({ tls: { mode } });
const ofPort = (number: number, policy: object) => ({ portLevelSettings: [{ port: { number }, ...policy }] });

describe('TLS of a cluster, and the mode that marks its endpoints', () => {
  test.each<[what: string, rules: HostRules, subset: string | undefined, cluster: string | undefined, endpoints: string | undefined]>([
    ['nothing is said', rules(), undefined, undefined, undefined],
    ['the whole rule says it', rules(tls('SIMPLE')), undefined, 'SIMPLE', 'SIMPLE'],
    ['the port says it', rules({ ...tls('SIMPLE'), ...ofPort(80, tls('DISABLE')) }), undefined, 'DISABLE', 'DISABLE'],
    ['another port says it', rules({ ...tls('SIMPLE'), ...ofPort(81, tls('DISABLE')) }), undefined, 'SIMPLE', 'SIMPLE'],
    ['the port says nothing of it', rules({ ...tls('SIMPLE'), ...ofPort(80, {}) }), undefined, undefined, 'SIMPLE'],
    ['the subset says it', rules(tls('SIMPLE'), tls('DISABLE')), 'v1', 'DISABLE', 'DISABLE'],
    ['the subset says nothing of it', rules(tls('SIMPLE'), {}), 'v1', 'SIMPLE', 'SIMPLE'],
    ['the port of the subset says it', rules(tls('SIMPLE'), { ...tls('MUTUAL'), ...ofPort(80, tls('DISABLE')) }), 'v1', 'DISABLE', 'DISABLE'],
    ['the port of the subset says nothing of it', rules(tls('SIMPLE'), ofPort(80, {})), 'v1', undefined, 'SIMPLE'],
    ['the subset is not picked', rules(tls('SIMPLE'), tls('DISABLE')), undefined, 'SIMPLE', 'SIMPLE'],
  ])('where %s', (_, given, subset, cluster, endpoints) => {
    expect([clusterTls(given, 80, subset)?.mode, endpointMode(given, 80, subset)]).toEqual([cluster, endpoints]);
  });
});

describe('TLS of a rule that encrypts nothing', () => {
  const files = { clientCertificate: '/cert', privateKey: '/key' };

  test.each<[Parameters<typeof isVoid>[0], isGateway: boolean, expected: boolean]>([
    [{ mode: 'SIMPLE' }, false, false],
    [{ mode: 'SIMPLE', credentialName: 'ca' }, false, true],
    [{ mode: 'SIMPLE', credentialName: 'ca' }, true, false],
    [{ mode: 'SIMPLE', credentialName: 'configmap://ca' }, false, false],
    [{ mode: 'MUTUAL', ...files }, false, false],
    [{ mode: 'MUTUAL', ...files, privateKey: undefined }, false, true],
    [{ mode: 'MUTUAL', ...files, clientCertificate: undefined }, true, true],
    [{ mode: 'MUTUAL', credentialName: 'cert' }, true, false],
    [{ mode: 'ISTIO_MUTUAL', credentialName: 'ca' }, false, false],
  ])('%j of a gateway %s: %s', (tlsOfRule, isGateway, expected) => {
    expect(isVoid(tlsOfRule, rules().rule, isGateway)).toBe(expected);
  });
});
