import { Condition, IngressClients, IngressGateway, IngressServer, NetworkPolicies, Operation, PlaintextException, Workload } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf } from '../support/shop';

type Take = (blocks: string[]) => unknown;

const TAKERS: [string, Take][] = [
  ['Condition.sourceIp', blocks => Condition.sourceIp(...blocks)],
  ['IngressClients.of', networks => IngressClients.of({ networks })],
  ['proxyNetworks of IngressGateway', proxyNetworks => new IngressGateway(chartOf(testApp(), 'edge'), 'edge', {
    servers: [IngressServer.tls({ hosts: ['a.example'], credentialName: 'a' })], numTrustedProxies: 1, proxyNetworks,
  })],
  ['PlaintextException', fromNetworks => new PlaintextException(chartOf(testApp(), 'shop'), 'old', {
    workload: Workload.fromPods({ namespace: 'shop', labels: { app: 'a' }, serviceAccount: 'a' }), operations: [Operation.tcp(80)], fromNetworks, reason: 'r', owner: 'o', expires: '2026-12-31',
  })],
  ['otherClusters', otherClusters => NetworkPolicies.forIngress({ otherClusters })],
  ['dnsAddresses', dnsAddresses => NetworkPolicies.forIngressAndEgress({ dnsAddresses })],
];

/** All addresses but one, by the halves that do not hold it. */
const ALL_BUT_ONE = Array.from({ length: 32 }, (_, i) => `${[24, 16, 8, 0].map(shift => ((2 ** (31 - i)) >>> shift) % 256).join('.')}/${i + 1}`);

const REFUSED: [string, string[]][] = [
  ['halves of IPv4', ['0.0.0.0/1', '128.0.0.0/1']],
  ['halves of IPv6', ['::/1', '8000::/1']],
  ['halves beside a block', ['10.0.0.0/8', '128.0.0.0/1', '0.0.0.0/1', '2001:db8::/32']],
  ['quarters', ['0.0.0.0/2', '64.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2']],
  ['all that is not reserved', ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3']],
  ['all but one address', ALL_BUT_ONE],
  ['all of IPv6 that anybody has', ['2000::/3', 'fc00::/7']],
];

describe.each(TAKERS)('Addresses together: %s', (_, take) => {
  test.each(REFUSED)('refuses %s', (__, blocks) => {
    expect(() => take(blocks)).toThrow(`must not be all addresses together, or all but a few, got '${blocks[0]}`);
  });

  test.each([[['0.0.0.0/1', '10.0.0.0/8']], [['0.0.0.0/1', '8000::/1']], [['2000::/3']], [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8']]])('takes %j, which leave somebody out', blocks => {
    expect(() => take(blocks)).not.toThrow();
  });
});

test('All but the addresses of a network such as 10.0.0.0/8 are named on purpose', () => {
  const allButTen = ['0.0.0.0/5', '8.0.0.0/7', '11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2', '128.0.0.0/1'];

  expect(() => Condition.sourceIp(...allButTen)).not.toThrow();
  expect(() => Condition.sourceIp(...allButTen, '10.0.0.0/9')).toThrow('blocks must not be all addresses together, or all but a few');
});
