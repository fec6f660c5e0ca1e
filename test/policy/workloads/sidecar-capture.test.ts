import { InjectionSettings, InterceptionMode } from 'cdk8s-zero-trust';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { PodInjection } from '../../../src/policy/workloads/injection';
import { annotationFault } from '../../../src/policy/workloads/sidecar-annotations';
import { isCaptured, sidecarCapture, whyNoStart } from '../../../src/policy/workloads/sidecar-capture';

const INCLUDE = 'traffic.sidecar.istio.io/includeInboundPorts';
const EXCLUDE = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INTERFACES = 'traffic.sidecar.istio.io/excludeInterfaces';
const STATUS = 'status.sidecar.istio.io/port';
const MODE = 'sidecar.istio.io/interceptionMode';
const CONFIG = 'proxy.istio.io/config';
const SIDECAR: PodInjection = { outcome: 'injected', webhooks: [], templates: ['sidecar'], role: 'sidecar' };
const PORTS = [80, 8080, 15006, 15008, 15020, 15021, 15090, 15099];
const plugin = { networkPlugin: true };

function left(annotations: Record<string, string>, injection: InjectionSettings = {}, istioVersion?: string): number[] {
  const capture = sidecarCapture(resolveMesh({ injection, istioVersion }), annotations, SIDECAR);
  return PORTS.filter(port => !isCaptured(capture, port));
}

describe('18.7 capture by sidecars', () => {
  test.each<[string, Record<string, string>, InjectionSettings, number[]]>([
    ['its own ports', {}, {}, [15008, 15020, 15021, 15090]],
    ['what a pod excludes', { [EXCLUDE]: ' 8080 , 80' }, {}, [80, 8080, 15008, 15020, 15021, 15090]],
    ['what the mesh excludes', {}, { excludedPorts: '8080' }, [8080, 15008, 15020, 15021, 15090]],
    ['what the mesh excludes, unless the pod says otherwise', { [EXCLUDE]: '' }, { excludedPorts: '8080' }, [15008, 15020, 15021, 15090]],
    ['what a pod does not include, and nothing else', { [INCLUDE]: '8080,15090' }, {}, [80, 15006, 15008, 15020, 15021, 15099]],
    ['nothing that is excluded where ports are included', { [INCLUDE]: '8080', [EXCLUDE]: '8080' }, {}, [80, 15006, 15008, 15020, 15021, 15090, 15099]],
    ['everything, where nothing is included', { [INCLUDE]: '' }, {}, PORTS],
    ['what the mesh does not include', {}, { includedPorts: '80' }, [8080, 15006, 15008, 15020, 15021, 15090, 15099]],
    ['what the mesh does not include, unless the pod says otherwise', { [INCLUDE]: '*' }, { includedPorts: '80' }, [15008, 15020, 15021, 15090]],
    ['the port of tunnels, even where it is included', { [INCLUDE]: '15008' }, {}, PORTS],
    ['the status port of a pod, instead of the usual one', { [STATUS]: '8080' }, {}, [8080, 15008, 15021, 15090]],
    ['no status port', { [STATUS]: '0' }, {}, [15008, 15021, 15090]],
    ['the status port of the mesh', {}, { statusPort: 15099 }, [15008, 15021, 15090, 15099]],
    ['the usual status port as well, with the network plugin', { [STATUS]: '8080' }, plugin, [8080, 15008, 15020, 15021, 15090]],
    ['what comes in by an excluded interface', { [INTERFACES]: 'lo, eth0' }, {}, PORTS],
    ['nothing for another interface', { [INTERFACES]: 'eth1' }, {}, [15008, 15020, 15021, 15090]],
    ['no tunnels with TPROXY', { [MODE]: 'TPROXY' }, {}, [15020, 15021, 15090]],
    ['everything, without interception', { [MODE]: 'NONE' }, {}, PORTS],
    ['everything, without interception in its own settings', { [CONFIG]: 'interceptionMode: NONE' }, {}, PORTS],
    ['everything, without interception in the mesh', {}, { interceptionMode: InterceptionMode.NONE }, PORTS],
    ['nothing of that, if the pod says otherwise', { [MODE]: 'REDIRECT', [CONFIG]: 'interceptionMode: NONE' }, { interceptionMode: InterceptionMode.NONE }, [15008, 15020, 15021, 15090]],
  ])('leaves out %s', (_, annotations, injection, expected) => {
    expect(left(annotations, injection)).toEqual(expected);
  });

  test('before 1.25 the network plugin captures all where nothing is included', () => {
    expect(left({ [INCLUDE]: '' }, plugin, '1.24')).toEqual([15008, 15020, 15021, 15090]);
    expect([left({ [INCLUDE]: '' }, plugin, '1.25'), left({ [INCLUDE]: '' }, {}, '1.24')]).toEqual([PORTS, PORTS]);
  });

  test.each<[string, Partial<PodInjection>, InjectionSettings, string | undefined]>([
    ['an init container', {}, {}, 'istio-init'],
    ['the plugin', {}, plugin, 'cni'],
    ['nothing, without the template', { templates: ['gateway'], role: 'router' }, {}, undefined],
    ['an init container, beside a gateway', { templates: ['sidecar', 'gateway'], role: 'router' }, {}, 'istio-init'],
    ['nothing, as the plugin leaves gateways alone', { templates: ['sidecar', 'gateway'], role: 'router' }, plugin, undefined],
  ])('makes its rules by %s', (_, injection, settings, expected) => {
    expect(sidecarCapture(resolveMesh({ injection: settings }), {}, { ...SIDECAR, ...injection })?.rules).toBe(expected);
  });

  test('leads to the port of the mesh, but with the network plugin to the usual one', () => {
    const to = (injection: InjectionSettings) => sidecarCapture(resolveMesh({ injection }), {}, SIDECAR)?.to;

    expect([to({}), to({ listeningPort: 16006 }), to({ listeningPort: 16006, ...plugin })]).toEqual([15006, 16006, 15006]);
  });

  test.each<[string, Record<string, string>, Partial<PodInjection>, InjectionSettings, boolean]>([
    ['with the plugin and without interception', { [MODE]: 'NONE' }, {}, plugin, false],
    ['without the plugin', { [MODE]: 'NONE' }, {}, {}, true],
    ['with interception', {}, {}, plugin, true],
    ['as a gateway', { [MODE]: 'NONE' }, { templates: ['sidecar', 'gateway'], role: 'router' }, plugin, true],
    ['without the template', { [MODE]: 'NONE' }, { templates: ['grpc-agent'] }, plugin, true],
  ])('starts a pod %s', (_, annotations, injection, settings, starts) => {
    expect(whyNoStart(resolveMesh({ injection: settings }), annotations, { ...SIDECAR, ...injection }) === undefined).toBe(starts);
  });

  test.each(['istio.io/reroute-virtual-interfaces', 'traffic.sidecar.istio.io/kubevirtInterfaces'])('does not know what becomes of interfaces that %s names', name => {
    const unknown = (interfaces: string) => sidecarCapture(resolveMesh(), { [name]: interfaces }, SIDECAR)?.unknown;

    expect([unknown('eth0'), unknown('eth1')]).toEqual([`its annotation ${name} takes what comes in for what goes out`, undefined]);
  });
});

describe('18.3 annotations', () => {
  test.each<[string, string, boolean]>([
    [MODE, 'TPROXY', true], [MODE, 'none', false], [MODE, '', false],
    ...['istio.io/reroute-virtual-interfaces', 'traffic.sidecar.istio.io/kubevirtInterfaces'].map((name): [string, string, boolean] => [name, 'net0,', false]),
    ...['initialDelaySeconds', 'failureThreshold'].map((name): [string, string, boolean] => [`readiness.status.sidecar.istio.io/${name}`, 'x', false]),
    ['readiness.status.sidecar.istio.io/periodSeconds', '4294967295', true], ['readiness.status.sidecar.istio.io/periodSeconds', '4294967296', false],
    ['traffic.sidecar.istio.io/includeOutboundIPRanges', '10.0.0.0/8,x', false], ['traffic.sidecar.istio.io/excludeOutboundIPRanges', '*', false],
    [INTERFACES, '', true], [INTERFACES, 'eth0, eth1', true],
    ...['0', 'f', 'F', 'false', 'False', 'FALSE', '1', 't', 'T', 'true', 'True', 'TRUE'].map((value): [string, string, boolean] => ['prometheus.istio.io/merge-metrics', value, true]),
    [CONFIG, '', true], [CONFIG, 'interceptionMode: null', true],
    [STATUS, ' 15020 ', true], [STATUS, '', false], [STATUS, '65536', false],
    [INCLUDE, '*', true], [INCLUDE, ' * ', false], [INCLUDE, '', true], [INCLUDE, '80, 90', true], [INCLUDE, '80,', false], [INCLUDE, 'http', false],
    [EXCLUDE, '*', false], [EXCLUDE, '8000:8100', false], [EXCLUDE, ' ', true], [EXCLUDE, '65535', true],
    ['traffic.sidecar.istio.io/excludeOutboundPorts', 'x', false],
    ['traffic.sidecar.istio.io/includeOutboundIPRanges', '*', true], ['traffic.sidecar.istio.io/includeOutboundIPRanges', '10.0.0.0/8,fd00::/8', true],
    ['traffic.sidecar.istio.io/excludeOutboundIPRanges', '10.0.0.1', false], ['traffic.sidecar.istio.io/excludeOutboundIPRanges', '', true],
    [INTERFACES, 'eth0', true], [INTERFACES, 'eth0,', false], [INTERFACES, 'a-name-that-is-too-long', false],
    ['readiness.status.sidecar.istio.io/periodSeconds', '2', true], ['readiness.status.sidecar.istio.io/periodSeconds', '-2', false],
    ['prometheus.istio.io/merge-metrics', 'F', true], ['prometheus.istio.io/merge-metrics', 'no', false],
    [CONFIG, 'interceptionMode: NONE', true], [CONFIG, 'interceptionMode: None', false], [CONFIG, 'concurrency: 2', true],
    [CONFIG, '', true], [CONFIG, '# nothing', true], [CONFIG, 'a: [', false], [CONFIG, '[]', false], [CONFIG, 'text', false],
    [CONFIG, 'gatewayTopology: { numTrustedProxies: two }', false], [CONFIG, 'connectionSettings: { httpMergeSlashes: "no" }', false],
    [CONFIG, 'connectionSettings: { httpHeadersWithUnderscoresAction: REJECT_REQUEST }', false],
    [CONFIG, 'connectionSettings: { httpHeadersWithUnderscoresAction: HEADERS_WITH_UNDERSCORES_REJECT_REQUEST }', true],
    ['example.com/ports', 'x', true],
  ])('%s: %j is accepted: %j', (name, value, isAccepted) => {
    expect(annotationFault({ [name]: value }) === undefined).toBe(isAccepted);
  });

  test.each<[string, string, string]>([
    [MODE, 'x', 'REDIRECT, TPROXY or NONE'], [STATUS, 'x', 'a port'], [INCLUDE, 'x', 'ports, or *'], [EXCLUDE, 'x', 'ports'],
    ['traffic.sidecar.istio.io/excludeOutboundPorts', 'x', 'ports'], ['traffic.sidecar.istio.io/includeOutboundIPRanges', 'x', 'address blocks, or *'],
    ['traffic.sidecar.istio.io/excludeOutboundIPRanges', 'x', 'address blocks'], [INTERFACES, ',', 'names of interfaces'],
    ['readiness.status.sidecar.istio.io/periodSeconds', 'x', 'a number'], ['prometheus.istio.io/merge-metrics', 'x', 'true or false'],
  ])('%s must be something else than %j', (name, value, expected) => {
    expect(annotationFault({ [name]: value })).toBe(`its annotation ${name} must be ${expected}, got '${value}'`);
  });

  test('tells what is wrong', () => {
    expect(annotationFault({ [EXCLUDE]: '*' })).toBe(`its annotation ${EXCLUDE} must be ports, got '*'`);
    expect(annotationFault({ [CONFIG]: 'interceptionMode: None' })).toBe("its annotation proxy.istio.io/config must have one of REDIRECT, TPROXY, NONE for interceptionMode, got 'None'");
    expect(annotationFault({ [CONFIG]: 'a: [' })).toBe("its annotation proxy.istio.io/config must be a ProxyConfig, got 'a: ['");
  });
});
