import { brokenProbes, notCaptured } from '../../src/intent/capture';
import { PodFacts, PortFacts, WorkloadFacts } from '../../src/intent/workload';

const PORT: PortFacts = { number: 8080, transport: 'TCP', protocol: 'http' };

function facts(pod: Partial<PodFacts>, ports: readonly PortFacts[] = [PORT]): WorkloadFacts {
  const labels = pod.labels ?? {};
  return {
    path: 'shop/web',
    kind: 'Deployment',
    name: 'web',
    namespace: 'shop',
    selectorLabels: {},
    podLabels: labels,
    serviceAccount: 'web',
    services: [],
    ports,
    pod: { labels, annotations: {}, hostNetwork: false, probes: [], ...pod },
  };
}

describe('notCaptured', () => {
  const inject = 'sidecar.istio.io/inject';
  const exclude = 'traffic.sidecar.istio.io/excludeInboundPorts';
  const include = 'traffic.sidecar.istio.io/includeInboundPorts';
  test.each<[string, Partial<PodFacts>, string | undefined]>([
    ['nothing special', {}, undefined],
    ['host network', { hostNetwork: true }, 'hostNetwork'],
    ['injection refused by label', { labels: { [inject]: 'false' } }, "label sidecar.istio.io/inject: 'false' keeps the sidecar out"],
    ['injection refused by annotation', { annotations: { [inject]: 'false' } }, "annotation sidecar.istio.io/inject: 'false'"],
    ['the label winning', { labels: { [inject]: 'true' }, annotations: { [inject]: 'false' } }, undefined],
    ['a word that is no yes', { labels: { [inject]: 'maybe' } }, "'maybe'"],
    ['interception off', { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }, 'interceptionMode'],
    ['TPROXY', { annotations: { 'sidecar.istio.io/interceptionMode': 'TPROXY' } }, undefined],
    ['excluded interfaces', { annotations: { 'traffic.sidecar.istio.io/excludeInterfaces': 'eth1' } }, 'eth1'],
    ['its port excluded', { annotations: { [exclude]: '9000, 8080' } }, 'leaves out port 8080'],
    ['another port excluded', { annotations: { [exclude]: '9000' } }, undefined],
    ['exclusion without effect', { annotations: { [exclude]: '8080', [include]: '8080' } }, undefined],
    ['its port not included', { annotations: { [include]: '9000' } }, 'leaves out port 8080'],
    ['no port included', { annotations: { [include]: '' } }, 'captures no port at all'],
    ['an ambient opt-out that sidecars ignore', { labels: { 'istio.io/dataplane-mode': 'none' } }, undefined],
  ])('sidecar: %s', (_, pod, expected) => {
    const said = notCaptured(facts(pod), 'sidecar');
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(expected);
  });

  test('sidecar: an exclusion counts where the ports are unknown, and not for UDP', () => {
    expect(notCaptured(facts({ annotations: { [exclude]: '9000' } }, []), 'sidecar')).toContain('9000');
    expect(notCaptured(facts({ annotations: { [exclude]: '53' } }, [PORT, { number: 53, transport: 'UDP', protocol: 'tcp' }]), 'sidecar')).toBeUndefined();
  });

  const bypass = 'ambient.istio.io/bypass-inbound-capture';
  test.each<[string, Partial<PodFacts>, string | undefined]>([
    ['nothing special', {}, undefined],
    ['host network', { hostNetwork: true }, 'hostNetwork'],
    ['opt-out', { labels: { 'istio.io/dataplane-mode': 'none' } }, "label istio.io/dataplane-mode: 'none'"],
    ['opt-in', { labels: { 'istio.io/dataplane-mode': 'ambient' } }, undefined],
    ['a sidecar', { labels: { [inject]: 'true' } }, 'gives it a sidecar'],
    ['no sidecar', { labels: { [inject]: 'false' } }, undefined],
    ['inbound bypass', { annotations: { [bypass]: 'true' } }, 'bypass-inbound-capture'],
    ['no inbound bypass', { annotations: { [bypass]: 'false' } }, undefined],
    ['sidecar exclusions', { annotations: { [exclude]: '8080' } }, undefined],
  ])('ambient: %s', (_, pod, expected) => {
    const said = notCaptured(facts(pod), 'ambient');
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(expected);
  });
});

describe('brokenProbes', () => {
  const key = 'sidecar.istio.io/rewriteAppHTTPProbers';
  const probes: PodFacts['probes'] = [
    { container: 'web', use: 'readiness', kind: 'http', port: 8080 },
    { container: 'web', use: 'liveness', kind: 'tcp' },
    { container: 'web', use: 'startup', kind: 'exec' },
  ];

  test('names each probe that would not tell the truth', () => {
    expect(brokenProbes(facts({ probes, annotations: { [key]: 'false' } }), 'sidecar')).toEqual([
      `the readiness probe of container 'web' (http on port 8080) is refused, as the kubelet has no identity in the mesh; remove annotation ${key}: 'false'`,
      `the liveness probe of container 'web' (tcp) always succeeds, as the sidecar answers it; remove annotation ${key}: 'false'`,
    ]);
  });

  test.each([[{}], [{ [key]: 'true' }], [{ [key]: 'nonsense' }]])('is content with %j', annotations => {
    expect(brokenProbes(facts({ probes, annotations }), 'sidecar')).toEqual([]);
  });

  test('does not mind in ambient', () => {
    expect(brokenProbes(facts({ probes, annotations: { [key]: 'false' } }), 'ambient')).toEqual([]);
  });
});
