import { passedThrough } from '../../../conformance/families/passthrough-cluster';
import { EnvoyClient } from '../../../src/policy/clients/client';
import { clusterOf } from '../../../src/policy/clients/cluster';
import { sentTransports } from '../../../src/policy/clients/sent-transport';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { ProxyKind } from '../../../src/policy/request/request';
import { Inventory } from '../../../src/policy/resources/inventory';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { knownEntry, knownService } from '../../../src/policy/services/known-service';
import { namespace, peerAuthentication, service } from '../support';

const TUNNEL = { 'networking.istio.io/tunnel': 'http' };
const PODS = { sidecar: {}, ambient: { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'ambient' }, both: TUNNEL, none: { 'sidecar.istio.io/inject': 'false' } } as const;
const FILES = { clientCertificate: '/cert', privateKey: '/key' };

type Pods = keyof typeof PODS;
type Kind = EnvoyClient['kind'];

interface Given {
  readonly tls?: object;
  readonly objects?: readonly object[];
  readonly env?: Record<string, string>;
  readonly autoMutualTls?: boolean;
  readonly clusterIP?: string;
}

/** What is sent to the pods of Service `api`, by the kind of the pods. */
function sent(kind: Kind, pods: Pods, { tls, objects = [], env, autoMutualTls, clusterIP = '10.96.0.1' }: Given = {}): string {
  const labels = { app: 'api', ...PODS[pods] };
  const rule = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'rule', namespace: 'shop' }, spec: { host: 'api', trafficPolicy: { tls } } };
  const api = service('api', [{ name: 'http', port: 80, targetPort: 8080 }]) as { spec: object };
  const inventory = new Inventory(takeManifests([
    namespace('shop', { 'istio-injection': 'enabled' }), { ...api, spec: { ...api.spec, clusterIP } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', labels }, spec: {} }, ...tls ? [rule] : [], ...objects,
  ]));
  const mesh = resolveMesh({ istiodEnvironment: env, autoMutualTls });
  const client = { kind, namespace: 'client', labels: {} };
  const cluster = clusterOf(inventory, mesh, client, { known: knownService(inventory.find('Service', 'shop', 'api')!), port: 80 })!;
  const found = sentTransports(inventory, mesh, client, cluster, cluster.endpoints[0]);
  return `${cluster.type} ${found.map(({ tunnel, tls: inside }) => `${tunnel ? 'tunnel, ' : ''}${inside}`).join(' or ')}`;
}

const { SIDECAR, GATEWAY, WAYPOINT } = ProxyKind;
const DISABLE = peerAuthentication({ mtls: { mode: 'DISABLE' } });
const PORT = peerAuthentication({ selector: { matchLabels: { app: 'api' } }, portLevelMtls: { 8080: { mode: 'DISABLE' } } });

describe('What Envoy sends', () => {
  test.each<[Kind, Pods, Given, string]>([
    [SIDECAR, 'sidecar', {}, 'EDS istio'],
    [SIDECAR, 'ambient', {}, 'EDS tunnel, none'],
    [SIDECAR, 'both', {}, 'EDS istio'],
    [SIDECAR, 'none', {}, 'EDS none'],
    [SIDECAR, 'both', { env: { PILOT_PREFER_SENDING_HBONE: 'true' } }, 'EDS tunnel, none'],
    [SIDECAR, 'both', { tls: { mode: 'DISABLE' } }, 'EDS none'],
    [SIDECAR, 'ambient', { tls: { mode: 'DISABLE' } }, 'EDS tunnel, none'],
    [SIDECAR, 'ambient', { tls: { mode: 'ISTIO_MUTUAL' } }, 'EDS tunnel, none'],
    [SIDECAR, 'ambient', { tls: { mode: 'SIMPLE' } }, 'EDS tunnel, simple'],
    [SIDECAR, 'none', { tls: { mode: 'ISTIO_MUTUAL' } }, 'EDS istio'],
    [SIDECAR, 'none', { tls: { mode: 'SIMPLE' } }, 'EDS simple'],
    [SIDECAR, 'none', { tls: { mode: 'MUTUAL', ...FILES } }, 'EDS mutual'],
    [SIDECAR, 'sidecar', { tls: {} }, 'EDS none'],
    [SIDECAR, 'sidecar', { tls: { mode: 'SIMPLE', credentialName: 'ca' } }, 'EDS none'],
    [GATEWAY, 'sidecar', { tls: { mode: 'SIMPLE', credentialName: 'ca' } }, 'EDS simple'],
    [SIDECAR, 'sidecar', { autoMutualTls: false }, 'EDS none'],
    [SIDECAR, 'ambient', { autoMutualTls: false }, 'EDS tunnel, none'],
    [SIDECAR, 'sidecar', { objects: [DISABLE] }, 'EDS none'],
    [SIDECAR, 'sidecar', { objects: [PORT] }, 'EDS none'],
    [SIDECAR, 'ambient', { objects: [DISABLE] }, 'EDS tunnel, none'],
    [SIDECAR, 'sidecar', { clusterIP: 'None' }, 'ORIGINAL_DST istio'],
    [SIDECAR, 'ambient', { clusterIP: 'None' }, 'ORIGINAL_DST none'],
    [GATEWAY, 'ambient', { clusterIP: 'None' }, 'EDS tunnel, none'],
    [SIDECAR, 'none', { clusterIP: 'None', tls: { mode: 'ISTIO_MUTUAL' } }, 'ORIGINAL_DST istio'],
    [WAYPOINT, 'sidecar', {}, 'EDS none'],
    [WAYPOINT, 'both', {}, 'EDS tunnel, none'],
    [WAYPOINT, 'sidecar', { tls: { mode: 'ISTIO_MUTUAL' } }, 'EDS none'],
    [WAYPOINT, 'sidecar', { tls: { mode: 'SIMPLE' } }, 'EDS simple'],
  ])('%s to pods of kind %s, %j: %s', (kind, pods, given, expected) => {
    expect(sent(kind, pods, given)).toBe(expected);
  });
});

describe('A ServiceEntry', () => {
  const client: EnvoyClient = { kind: SIDECAR, namespace: 'client', labels: {} };
  const entry = (spec: object) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'ext', namespace: 'shop' },
    spec: { hosts: ['ext.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], ...spec },
  });
  const machine = { address: '192.0.2.1', serviceAccount: 'vm' };

  test.each<[spec: object, kind: Kind, expected: string]>([
    [{}, SIDECAR, 'ORIGINAL_DST none'],
    [{}, GATEWAY, 'EDS'],
    [{ resolution: 'DNS' }, SIDECAR, 'STRICT_DNS ext.example.com none'],
    [{ resolution: 'STATIC', endpoints: [{ address: '192.0.2.1' }] }, SIDECAR, 'EDS 192.0.2.1 none'],
    [{ resolution: 'STATIC', endpoints: [machine] }, SIDECAR, 'EDS 192.0.2.1 none'],
    [{ resolution: 'STATIC', endpoints: [machine], location: 'MESH_INTERNAL' }, SIDECAR, 'EDS 192.0.2.1 istio'],
    [{ resolution: 'STATIC', endpoints: [{ ...machine, labels: { 'security.istio.io/tlsMode': 'disabled' } }], location: 'MESH_INTERNAL' }, SIDECAR, 'EDS 192.0.2.1 none'],
    [{ resolution: 'STATIC', endpoints: [{ address: '192.0.2.1', labels: TUNNEL }] }, SIDECAR, 'EDS 192.0.2.1 tunnel, none'],
  ])('%j as a %s has it: %s', (spec, kind, expected) => {
    const inventory = new Inventory(takeManifests([entry(spec)]));
    const mesh = resolveMesh();
    const cluster = clusterOf(inventory, mesh, { ...client, kind }, { known: knownEntry(inventory.all('ServiceEntry')[0]), port: 443 })!;
    const all = cluster.type === 'ORIGINAL_DST' ? [undefined] : cluster.endpoints;
    const lines = all.flatMap(one => sentTransports(inventory, mesh, { ...client, kind }, cluster, one).map(({ tunnel, tls }) => [one?.address, `${tunnel ? 'tunnel, ' : ''}${tls}`].join(' ').trim()));
    expect([cluster.type, ...lines].join(' ')).toBe(expected);
  });

  test('has no cluster for another port, nor for a subset that no rule names', () => {
    const inventory = new Inventory(takeManifests([entry({})]));
    const known = knownEntry(inventory.all('ServiceEntry')[0]);

    expect(clusterOf(inventory, resolveMesh(), client, { known, port: 80 })).toBeUndefined();
    expect(clusterOf(inventory, resolveMesh(), client, { known, port: 443, subset: 'v1' })).toBeUndefined();
  });

  test('gets what a gateway passes on only where it takes mutual TLS', () => {
    const names = (labels: object) => {
      const inventory = new Inventory(takeManifests([entry({ resolution: 'STATIC', location: 'MESH_INTERNAL', endpoints: [{ ...machine, labels }] })]));
      const gateway = { ...client, kind: GATEWAY } as const;
      return passedThrough(inventory, resolveMesh(), clusterOf(inventory, resolveMesh(), gateway, { known: knownEntry(inventory.all('ServiceEntry')[0]), port: 443 })!);
    };

    expect([names({}), names({ 'security.istio.io/tlsMode': 'disabled' })].map(list => list.length)).toEqual([1, 0]);
  });
});
