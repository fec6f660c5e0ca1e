import 'cdk8s-zero-trust/jest';
import { App, Testing } from 'cdk8s';
import { build } from './main';

const app: App = Testing.app();
build(app);

const products = {
  source: { serviceAccount: 'shop/web' },
  destination: { namespace: 'shop', workload: 'api', port: 8080 },
  http: { path: '/products/1' },
};

test('web reads products, and deletes none', () => {
  expect(app).toAllow(products);
  expect(app).toDeny({ ...products, http: { ...products.http, method: 'DELETE' } });
});

test('nobody else reaches the api, and only the ingress gateway reaches web', () => {
  expect(app).toAllowOnly('shop/api', ['shop/web']);
  expect(app).toAllowOnly('shop/web', ['istio-ingress/istio-ingress']);
});
