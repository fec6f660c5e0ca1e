import { brokenProbes } from '../../src/intent/probes';
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
