import { AccessRequest, Transport } from 'cdk8s-zero-trust';

/** One request, in the words of the guide. */
export interface Ask {
  /** `namespace/workload` */
  readonly to: string;
  readonly port: number;
  /** `namespace/account`; who has none sends plaintext. */
  readonly caller?: string;
  readonly ip: string;
  /** None where bytes are sent that are no HTTP. */
  readonly http?: { readonly method: string; readonly path: string };
  /** What OPA says where it is asked. */
  readonly isOpaFor: boolean;
}

const PORTS: { readonly [workload: string]: readonly number[] } = {
  'shop/web': [8080],
  'shop/orders': [8080],
  'shop/catalog': [8080, 9090],
  'shop/payments': [8080],
  'shop/coupons': [8080],
  'shop/mysql': [3306],
  'billing/invoices': [8080],
  'legacy/inventory': [8080],
  'security/opa': [9191],
};
/** One that nobody declares. */
const ANOTHER_PORT = 15999;

const CALLERS = [
  'shop/web', 'shop/orders', 'shop/catalog', 'shop/payments', 'shop/coupons', 'shop/mysql', 'shop/default', 'billing/invoices', 'legacy/inventory', 'security/opa', 'sre/breakglass', 'sre/intern', 'evil/web',
];
/** Of the reports, of Prometheus, and of anybody. */
const ADDRESSES = ['10.30.4.7', '10.20.1.1', '203.0.113.9'];
const METHODS = ['GET', 'POST', 'DELETE'];
const PATHS = ['/', '/orders/1', '/products/1', '/pay/1', '/Pay/1', '/pay', '/healthz', '/metrics', '/invoices', '/coupons/1', '/envoy.service.auth.v3.Authorization/Check'];

/** All that can be made of these. */
export function asks(): Ask[] {
  const callers = [...CALLERS.map(caller => ({ caller, ip: '10.0.0.1' })), ...ADDRESSES.map(ip => ({ ip }))];
  const https = METHODS.flatMap(method => PATHS.map(path => ({ method, path })));
  return Object.entries(PORTS).flatMap(([to, ports]) => [...ports, ANOTHER_PORT].flatMap(port => callers.flatMap(from =>
    [undefined, ...port === 3306 ? [] : https].flatMap(http => (to === 'shop/payments' ? [true, false] : [true]).map(isOpaFor => ({ to, port, ...from, http, isOpaFor }))))));
}

/** The same for the evaluator. */
export function requestOf({ to, port, caller, ip, http, isOpaFor }: Ask): AccessRequest {
  const [namespace, workload] = to.split('/');
  return {
    destination: { namespace, workload, port },
    source: caller === undefined ? { ip, transport: Transport.PLAINTEXT } : { ip, principal: `cluster.local/ns/${caller.replace('/', '/sa/')}` },
    ...http ? { http: { ...http, authority: workload } } : {},
    authorizerAnswers: [{ provider: 'opa', allows: isOpaFor, headers: {} }],
  };
}
