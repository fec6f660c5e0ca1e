import { AMBIENT, API, aged, call, FROM_WEB, mesh, rule, STRICT, tls } from './sending';
import { verdict } from './support';

interface Target {
  readonly kind?: string;
  readonly name?: string;
  readonly sectionName?: string;
}

function backendTls({ kind = 'Service', name = 'api', sectionName }: Target = {}, namespace = 'shop', validation: object = { hostname: 'api.example.com' }): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'BackendTLSPolicy', metadata: { name: 'tls', namespace }, spec: { targetRefs: [{ group: '', kind, name, sectionName }], validation } };
}

describe('A BackendTLSPolicy', () => {
  test.each<[what: string, policies: object[], expected: string]>([
    ['has clients start TLS without identity', [backendTls()], 'DENY TRANSPORT'],
    ['of another Service does not count', [backendTls({ name: 'other' })], 'ALLOW 200'],
    ['of another namespace does not count', [backendTls({}, 'client')], 'ALLOW 200'],
    ['for something else than a Service does not count', [backendTls({ kind: 'ServiceEntry' })], 'ALLOW 200'],
    ['counts at its port', [backendTls({ sectionName: 'http' })], 'DENY TRANSPORT'],
    ['does not count at other ports', [backendTls({ sectionName: 'tcp-raw' })], 'ALLOW 200'],
    ['does not count at ports that are not there', [backendTls({ sectionName: 'none' })], 'ALLOW 200'],
    ['gives way to a DestinationRule of the namespace of the client', [backendTls(), rule({ host: API, ...tls('ISTIO_MUTUAL') })], 'ALLOW 200'],
    ['wins over a DestinationRule of its own namespace', [backendTls(), aged('rule', 1, { ...tls('ISTIO_MUTUAL') })].map(one => inShop(one)), 'DENY TRANSPORT'],
  ])('%s', (_, policies, expected) => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, ...policies])))).toBe(expected);
  });

  test('is told of', () => {
    expect(call(mesh([backendTls()])).notes).toEqual(['BackendTLSPolicy shop/tls sets TLS to SIMPLE']);
  });

  test('is nothing for clients in ambient mode', () => {
    expect(verdict(call(mesh([STRICT, FROM_WEB, backendTls()], { client: AMBIENT, server: AMBIENT })))).toBe('ALLOW');
  });

  test.each([[{ type: 'URI', uri: 'spiffe://cluster.local/ns/shop/sa/other' }, ['nothing arrives']], [{ type: 'URI', uri: 'spiffe://cluster.local/ns/shop/sa/api' }, []]])('insists on names: %j', (name, expected) => {
    const { notes } = call(mesh([backendTls({}, 'shop', { subjectAltNames: [name] })]));

    expect(notes.filter(note => note.startsWith('nothing arrives')).map(note => note.split(':')[0])).toEqual(expected);
  });
});

function inShop(object: object): object {
  const { metadata } = object as { metadata: object };
  return { ...object, metadata: { ...metadata, namespace: 'shop' } };
}
