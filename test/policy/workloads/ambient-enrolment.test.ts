import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { bypassesZtunnel, isEnrolled, PROBE_ADDRESSES, whyUncaptured } from '../../../src/policy/workloads/ambient-enrolment';
import { ipBits } from '../../../src/util/ip';

const MODE = 'istio.io/dataplane-mode';
const AMBIENT = { [MODE]: 'ambient' };
const POD = { namespace: 'shop', namespaceLabels: {}, labels: {}, annotations: {} };

describe('18.10 ambient mode', () => {
  test.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ['of the namespace', AMBIENT, {}, true],
    ['of the pod', {}, AMBIENT, true],
    ['that the pod leaves', AMBIENT, { [MODE]: 'none' }, false],
    ['that the pod does not leave by another value', AMBIENT, { [MODE]: 'disabled' }, true],
    ['that another value of the pod does not bring', {}, { [MODE]: 'Ambient' }, false],
    ['that another value of the namespace does not bring', { [MODE]: 'Ambient' }, {}, false],
    ['of nobody', {}, {}, false],
  ])('%s', (_, namespaceLabels, labels, expected) => {
    expect(isEnrolled(resolveMesh(), { ...POD, namespaceLabels, labels }, false)).toBe(expected);
  });

  test('is not for what has a sidecar, was injected, or is on the network of its host', () => {
    const pod = { ...POD, labels: AMBIENT };

    expect(isEnrolled(resolveMesh(), pod, false)).toBe(true);
    expect(isEnrolled(resolveMesh(), pod, true)).toBe(false);
    expect(isEnrolled(resolveMesh(), { ...pod, hostNetwork: true }, false)).toBe(false);
    expect(isEnrolled(resolveMesh(), { ...pod, annotations: { 'sidecar.istio.io/status': '' } }, false)).toBe(false);
    expect(isEnrolled(resolveMesh(), { ...pod, annotations: { 'ambient.istio.io/redirection': 'disabled' } }, false)).toBe(true);
  });

  test.each<[string, string[] | undefined, string | undefined, boolean]>([
    ['kube-system', undefined, undefined, false], ['kube-public', undefined, undefined, true], ['istio-system', undefined, undefined, true],
    ['kube-system', [], undefined, true], ['shop', ['shop'], undefined, false], ['kube-system', undefined, '1.25', true], ['kube-system', undefined, '1.26', false],
  ])('in %s, with %j excluded, in version %s: %j', (namespace, ambientExcludedNamespaces, istioVersion, expected) => {
    expect(isEnrolled(resolveMesh({ ambientExcludedNamespaces, istioVersion }), { ...POD, namespace, namespaceLabels: AMBIENT }, false)).toBe(expected);
  });

  test.each([['1', true], ['t', true], ['True', true], ['TRUE', true], ['yes', false], ['', false], ['0', false]])('a bypass of %j is one: %j', (value, expected) => {
    expect(bypassesZtunnel({ 'ambient.istio.io/bypass-inbound-capture': value })).toBe(expected);
  });
});

describe('18.11 capture by ztunnel', () => {
  test.each<[string, boolean, number, string | undefined, string | undefined]>([
    ['another pod', false, 8080, '10.1.2.3', undefined],
    ['a client of unknown address', false, 8080, undefined, undefined],
    ['the kubelet', false, 8080, '169.254.7.127', 'probe-address'],
    ['the kubelet by IPv6', false, 8080, 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff', 'probe-address'],
    ['a neighbour of that address', false, 8080, '169.254.7.126', undefined],
    ['another pod, to the port of tunnels', false, 15008, '10.1.2.3', 'hbone-port'],
    ['the kubelet, to the port of tunnels', false, 15008, '169.254.7.127', 'probe-address'],
    ['the kubelet, where a pod lets everything pass', true, 8080, '169.254.7.127', 'no-rule'],
  ])('%s', (_, takesTunnelsOnly, port, source, expected) => {
    expect(whyUncaptured({ takesTunnelsOnly, port }, source === undefined ? undefined : ipBits(source))).toBe(expected);
  });

  test('knows an address of each family', () => {
    expect(PROBE_ADDRESSES.map(address => ipBits(address)?.length)).toEqual([33, 129]);
  });
});
