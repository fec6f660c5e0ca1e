import { ApiObject, App } from 'cdk8s';
import { Operation, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, problemsOf } from '../support/shop';

describe('A NetworkPolicy of the app', () => {
  /** web calls api; the pods of api let in what `from` says, as a NetworkPolicy. */
  function shop(ingress: readonly object[], mode?: string): App {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline');
    const [web, api] = ['web', 'api'].map(name => deployment(chart, name));
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/api/*')] });
    new ApiObject(chart, 'network', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: {}, policyTypes: ['Ingress'], ingress } } as never);
    if (mode !== undefined) {
      new ApiObject(chart, 'open', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: { rules: [{ to: [{ operation: { paths: ['/open'] } }] }] } } as never);
    }
    return app;
  }

  test('that closes an access is refused', () => {
    expect(problemsOf(shop([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }] }])))
      .toEqual(["[shop/web-to-api] NetworkPolicy 'shop/shop-network-c8efbaa9' at 'shop/network' refuses what this promises: GET /api/zero-trust-witness on port 8080 of 'shop/api' from 'shop/shop-web-c81100ac'; change it, or remove it"]);
  });

  test('that lets an access pass is not', () => {
    expect(problemsOf(shop([{ from: [{ podSelector: {} }] }]))).toEqual([]);
  });

  test('does not hide what a policy of the mesh opens', () => {
    expect(problemsOf(shop([{ from: [{ podSelector: {} }] }], 'open'))).toEqual(["[shop/baseline] AuthorizationPolicy 'shop/shop-open-c8da7e08' at 'shop/open' lets in what this refuses: GET /open on port 8080 of 'shop/shop-web-c81100ac' from a caller that nobody names; "
      + "narrow it to the callers and operations that are meant, or remove it (also at 1 more: 'shop/web-to-api')"]);
  });
});
