import { refusing } from './admitted';
import { admit, isSecurityResource } from '../../src/istio/admission';

const refuse = (metadata: object): string[] => refusing('PeerAuthentication', {}, metadata);

describe('metadata', () => {
  test.each([
    ['a name with dots', { name: 'a.b-c.1' }],
    ['no namespace', { namespace: '' }],
    ['labels and annotations', { labels: { 'example.com/a': 'B_1', 'b': '' }, annotations: { 'Example.com/A': 'anything\n' } }],
    ['what a cluster writes', { uid: 'u', generation: 1, creationTimestamp: '2026-01-31T12:00:00Z', managedFields: [{ operation: 'Apply', manager: 'kubectl' }] }],
    ['null', { labels: null, creationTimestamp: null }],
  ])('admits %s', (_, metadata) => {
    expect(refuse(metadata)).toEqual([]);
  });

  test.each([
    ['no name', { name: '' }], ['upper case', { name: 'A' }], ['an underscore', { name: 'a_b' }], ['a name of 254 characters', { name: 'x'.repeat(254) }],
    ['a namespace with a dot', { namespace: 'a.b' }], ['a number for a label', { labels: { a: 1 } }], ['a label value with a blank', { labels: { a: 'b c' } }],
    ['a label key with two slashes', { labels: { 'a/b/c': 'd' } }], ['an annotation without a name', { annotations: { '': 'x' } }],
    ['a time that is none', { creationTimestamp: 'yesterday' }], ['an owner without a name', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', uid: 'u' }] }],
  ])('refuses %s', (_, metadata) => {
    expect(refuse(metadata)).toEqual(['schema']);
  });

  test('refuses unknown fields and what Istio keeps for itself', () => {
    expect(refuse({ lables: {} })).toEqual(['unknown-field']);
    expect(refuse({ annotations: { 'internal.istio.io/parents': 'x' } })).toEqual(['webhook']);
  });

  test.each([
    [{ apiVersion: 'security.istio.io/v2', kind: 'PeerAuthentication' }], [{ apiVersion: 'v1', kind: 'PeerAuthentication' }],
    [{ apiVersion: 'security.istio.io/v1', kind: 'Policy' }], [{ apiVersion: 'security.istio.io/v1', kind: 'toString' }], [{}], [null], ['text'], [[]],
  ])('refuses %j, which is not served', manifest => {
    expect(isSecurityResource(manifest)).toBe(false);
    expect(admit(manifest).problems.map(({ layer }) => layer)).toEqual(['schema']);
  });

  test.each([['data', {}], ['Spec', {}]])('refuses %s beside spec in two layers', (name, value) => {
    const { problems } = admit({ apiVersion: 'security.istio.io/v1beta1', kind: 'PeerAuthentication', metadata: { name: 'a' }, [name]: value });

    expect(problems.map(({ layer, field }) => `${layer} ${field}`)).toEqual([`unknown-field ${name}`, `webhook ${name}`]);
  });
});
