import { ApiObject, Chart } from 'cdk8s';
import { Principal, Workload } from 'cdk8s-zero-trust';
import { principalsOf } from '../../src/render/source';
import { testApp } from '../support/app';
import { MESH, namespace } from '../support/facts';

const plainName = (prop: string, got: string) =>
  `${prop} must be a plain name, not a whole identity, got '${got}'; give each by itself, as in Principal.serviceAccount('shop', 'web'), the rest of the identity is added`;
const noNamespace = (prop: string, got: string) =>
  `${prop} must be a namespace name of lower-case letters, digits and '-', got '${got}'; give the plain name, wildcards have their own Principal`;
const noName = (got: string) => `name must be an object name of lower-case letters, digits, '-' and '.', got '${got}'; give the plain name`;
const noReason = (what: string, got: string) =>
  `${what} is wider than least privilege and must have a reason, got '${got}'; say why by a reason, as in { reason: '…' }, which stays visible in the output`;
const missing = undefined as never;

describe('Principal', () => {
  test.each<[string, () => Principal, string]>([
    ['FG-03: a SPIFFE identity as name', () => Principal.serviceAccount('shop', 'spiffe://td/ns/shop/sa/web'), plainName('name', 'spiffe://td/ns/shop/sa/web')],
    ['FG-03: a SPIFFE identity as namespace', () => Principal.serviceAccount('spiffe://td/ns/shop', 'web'), plainName('namespace', 'spiffe://td/ns/shop')],
    ['FG-04: half an identity', () => Principal.serviceAccount('shop', 'ns/shop/sa/web'), plainName('name', 'ns/shop/sa/web')],
    ['FG-05: a prefix of namespaces', () => Principal.serviceAccount('prod*', 'web'), noNamespace('namespace', 'prod*')],
    ['FG-05: a prefix of service accounts', () => Principal.serviceAccount('shop', 'web*'), noName('web*')],
    ['FG-06: a service account of any namespace', () => Principal.serviceAccount('*', 'web'), noNamespace('namespace', '*')],
    ['FG-12: a service account without namespace', () => Principal.serviceAccount('', 'web'), noNamespace('namespace', '')],
    ['an undefined namespace', () => Principal.serviceAccount(missing, 'web'), noNamespace('namespace', 'undefined')],
    ['an undefined service account', () => Principal.serviceAccount('shop', missing), noName('undefined')],
    ['every service account', () => Principal.serviceAccount('shop', '*'), noName('*')],
    ['the service account default without a reason', () => Principal.serviceAccount('shop', 'default'),
      noReason("Principal.serviceAccount('shop', 'default')", 'undefined')],
    ['the service account default with an empty reason', () => Principal.serviceAccount('shop', 'default', { reason: ' ' }),
      noReason("Principal.serviceAccount('shop', 'default')", ' ')],
    ['an empty reason where none is asked for', () => Principal.serviceAccount('shop', 'web', { reason: '' }),
      "reason must be text without blanks around it, got ''; say why, or leave it out"],
    ['an undefined reason', () => Principal.serviceAccount('shop', 'web', { reason: missing }),
      "Principal.serviceAccount: 'reason' must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
    ['FG-13: a pattern of namespaces', () => Principal.namespace('shop*', { reason: 'r' }), noNamespace('name', 'shop*')],
    ['a namespace without a reason', () => Principal.namespace('shop', missing), noReason("Principal.namespace('shop')", 'undefined')],
    ['a namespace with an empty reason', () => Principal.namespace('shop', { reason: '' }), noReason("Principal.namespace('shop')", '')],
    ['any authenticated peer without a reason', () => Principal.anyAuthenticated({ reason: '\t' }), noReason('Principal.anyAuthenticated', '\\t')],
    ['anyone without a reason', () => Principal.anyone(missing), noReason('Principal.anyone', 'undefined')],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test('refuses FG-05: a workload whose service account is a pattern', () => {
    const chart = new Chart(testApp(), 'shop', { namespace: 'shop' });
    const template = { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'web*', containers: [] } };
    const web = new ApiObject(chart, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template } });

    expect(() => Principal.workload(web)._caller())
      .toThrow(new Error("serviceAccountName must be an object name of lower-case letters, digits, '-' and '.', got 'web*'; give the plain name"));
  });

  const SIDECAR = namespace('shop');
  const AMBIENT = namespace('shop', { dataPlane: 'ambient' });
  const web = Principal.serviceAccount('shop', 'web');
  test.each<[string, Principal, object, string[]]>([
    ['FG-08: the trust domain of the mesh, not cluster.local', web, SIDECAR, ['prod.td/ns/shop/sa/web']],
    ['FG-08: every alias in ambient, where nothing adds them', web, AMBIENT, ['prod.td/ns/shop/sa/web', 'east.td/ns/shop/sa/web']],
    ['FG-07: a namespace in five segments, which proxies rewrite', Principal.namespace('shop', { reason: 'r' }), SIDECAR, ['prod.td/ns/shop/sa/*']],
    ['a namespace in ambient', Principal.namespace('shop', { reason: 'r' }), AMBIENT, ['prod.td/ns/shop/sa/*', 'east.td/ns/shop/sa/*']],
    ['any authenticated peer', Principal.anyAuthenticated({ reason: 'r' }), SIDECAR, ['*']],
    ['a workload', Principal.of(Workload.fromPods({ namespace: 'pay', labels: { app: 'pay' }, serviceAccount: 'pay.v2' })), SIDECAR, ['prod.td/ns/pay/sa/pay.v2']],
  ])('writes %s', (_, principal, at, principals) => {
    const mesh = { ...MESH, trustDomainAliases: ['east.td'] };

    expect(principalsOf([principal._caller()], mesh, at as typeof SIDECAR)).toEqual(principals);
  });

  test('keeps its reason', () => {
    const reason = { reason: ' kept ' };

    expect(Principal.namespace('shop', reason)._reasons()).toEqual(['kept']);
    expect(Principal.anyAuthenticated(reason)._reasons()).toEqual(['kept']);
    expect(Principal.anyone(reason)._reasons()).toEqual(['kept']);
    expect(Principal.serviceAccount('shop', 'default', reason)._reasons()).toEqual(['kept']);
    expect(Principal.serviceAccount('shop', 'web', { reason: 'kept' })._reasons()).toEqual(['kept']);
    expect(web._reasons()).toEqual([]);
  });
});
