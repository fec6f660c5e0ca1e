import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outcome } from './checks';
import { Envoy, pause } from './envoy';
import { addressOf, bootstrapOf, managerOf, ROUTER_FILTER, typed } from './envoy-config';
import { Upstream } from './upstream';
import { KEYS } from './values';
import { securityLog } from '../../src/render/security-telemetry';
import { unique } from '../../src/util/text';

/** What a client sends, and how: the path tells it in the log. */
type Sent = readonly ['http' | 'grpc', string] | readonly ['tcp'];

/** A proxy with filters of one kind, what it is sent, and what of that its log must have. */
interface Case {
  readonly name: string;
  /** The filters, of requests or of connections, with what they ask. */
  readonly filters: (authorizer: number) => Proxy;
  readonly sent: readonly Sent[];
  readonly logged: readonly string[];
}

interface Proxy {
  readonly http?: readonly object[];
  readonly tcp?: readonly object[];
  /** Whether it meets nothing but TLS. */
  readonly isTlsOnly?: boolean;
}

/** Lets in whoever asks for a path that ends so. */
const ALLOWED = { permissions: [{ url_path: { path: { suffix: '/in' } } }], principals: [{ any: true }] };

function rbac(action: string): object {
  return { name: 'envoy.filters.http.rbac', typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action, policies: { one: ALLOWED } } }) };
}

function connectionRbac(action: string): object {
  const rules = { action, policies: { all: { permissions: [{ any: true }], principals: [{ any: true }] } } };
  return { name: 'envoy.filters.network.rbac', typed_config: typed('envoy.extensions.filters.network.rbac.v3.RBAC', { stat_prefix: 'tcp', rules }) };
}

const TOKENS = {
  name: 'envoy.filters.http.jwt_authn',
  typed_config: typed('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
    providers: { one: { issuer: 'https://one.example', local_jwks: { inline_string: KEYS } } },
    rules: [{ match: { path: '/a/in' } }, { match: { path: '/shop.Cart/in' } }, { match: { prefix: '/' }, requires: { provider_name: 'one' } }],
  }),
};

const ASKS: object = {
  name: 'envoy.filters.http.ext_authz',
  typed_config: typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', { http_service: { server_uri: { uri: 'http://authorizer', cluster: 'authorizer', timeout: '5s' } } }),
};

const TALKS: readonly Sent[] = [['http', '/a/in'], ['http', '/a/out'], ['grpc', '/shop.Cart/in'], ['grpc', '/shop.Cart/out']];

const CASES: readonly Case[] = [
  { name: 'what policies refuse is logged, of HTTP and of gRPC, which is answered 200', filters: () => ({ http: [rbac('ALLOW')] }), sent: TALKS, logged: ['/a/out 403', '/shop.Cart/out 200'] },
  { name: 'what is refused for want of a token is logged, too', filters: () => ({ http: [TOKENS] }), sent: TALKS, logged: ['/a/out 401', '/shop.Cart/out 200'] },
  { name: 'what an authorizer refuses is logged, too', filters: () => ({ http: [ASKS] }), sent: [['http', '/a/out'], ['grpc', '/shop.Cart/out']], logged: ['/a/out 403', '/shop.Cart/out 200'] },
  { name: 'what an AUDIT matches is logged, though it passes', filters: () => ({ http: [rbac('LOG')] }), sent: TALKS, logged: ['/a/in 200', '/shop.Cart/in 200'] },
  { name: 'a connection that is refused is logged', filters: () => ({ tcp: [connectionRbac('DENY')] }), sent: [['tcp']], logged: ['- 0'] },
  { name: 'a connection that passes is not', filters: () => ({ tcp: [connectionRbac('ALLOW')] }), sent: [['tcp']], logged: [] },
  { name: 'plaintext where TLS alone is met is logged', filters: () => ({ tcp: [connectionRbac('ALLOW')], isTlsOnly: true }), sent: [['tcp']], logged: ['- 0'] },
];

/** Has a real Envoy log by the filter of a SecurityTelemetry what is sent to it, and reads the log. */
export async function accessLogOutcome(envoy: Envoy): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'access-log-'));
  try {
    const failures = [];
    for (const [number, one] of CASES.entries()) { failures.push(...await failuresOf(one, envoy, join(folder, `${number}.log`))); }
    return { title: 'Envoy: what the log of refusals has', passed: CASES.length - failures.length, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function failuresOf({ name, filters, sent, logged }: Case, envoy: Envoy, file: string): Promise<Outcome['failures']> {
  const upstream = await Upstream.start();
  upstream.answer(name.includes('authorizer') ? 403 : 200);
  try {
    const proxy = filters(upstream.port);
    const got = await envoy.run(port => bootstrap(port, proxy, upstream.port, file), async port => {
      for (const one of sent) { await send(port, one); }
      await pause(1000);
      return unique(readFileSync(file, 'utf8').split('\n').filter(line => line !== '')); // who waits for Envoy connects, too
    });
    return String(got) === String(logged) ? [] : [{ where: name, text: JSON.stringify(proxy, undefined, 2), reason: `logged ${JSON.stringify(got)} in place of ${JSON.stringify(logged)}` }];
  } finally {
    upstream.stop();
  }
}

/** The log as Istio makes it of a Telemetry: the filter as it is written. */
function logTo(file: string): object[] {
  return [{
    name: 'envoy.access_loggers.file',
    filter: {
      extension_filter: { name: 'envoy.access_loggers.extension_filters.cel', typed_config: typed('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', { expression: securityLog('file').filter!.expression }) },
    },
    typed_config: typed('envoy.extensions.access_loggers.file.v3.FileAccessLog', { path: file, log_format: { text_format_source: { inline_string: '%REQ(:PATH)% %RESPONSE_CODE%\n' } } }),
  }];
}

function bootstrap(port: number, { http, tcp = [], isTlsOnly }: Proxy, upstream: number, file: string): object {
  const access_log = logTo(file);
  const clusters = [{ name: 'authorizer', load_assignment: { cluster_name: 'authorizer', endpoints: [{ lb_endpoints: [{ endpoint: { address: addressOf(upstream) } }] }] } }];
  const chain = http ? [managerOf({ http_filters: [...http, ROUTER_FILTER], route: { direct_response: { status: 200 } }, more: { access_log } })]
    : [...tcp, { name: 'envoy.filters.network.tcp_proxy', typed_config: typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { stat_prefix: 'tcp', cluster: 'authorizer', access_log }) }];
  if (!isTlsOnly) { return bootstrapOf(port, chain, clusters); }
  const inspector = { name: 'envoy.filters.listener.tls_inspector', typed_config: typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector') };
  return bootstrapOf(port, chain, clusters, { access_log, listener_filters: [inspector], filter_chains: [{ filter_chain_match: { transport_protocol: 'tls' }, filters: chain }] });
}

/** Sends it, and waits for whatever comes back. */
async function send(port: number, [kind, path = '']: Sent): Promise<void> {
  switch (kind) {
    case 'http': await fetch(`http://127.0.0.1:${port}${path}`); break;
    case 'grpc': await call(port, path); break;
    case 'tcp': await knock(port); break;
  }
}

function call(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', 'te': 'trailers' });
    stream.on('error', reject);
    stream.on('close', () => { session.close(); resolve(); });
    stream.resume();
    stream.end();
  });
}

function knock(port: number): Promise<void> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}
