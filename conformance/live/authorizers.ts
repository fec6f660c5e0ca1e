import { Chart, Duration } from 'cdk8s';
import { DataPlane, EgressAccess, EgressBoundary, ExtensionProvider, ExternalAuthorization, JwtIssuer, OpaAuthorizer, OpaPolicy, Operation, Principal } from 'cdk8s-zero-trust';
import { DrawnMesh, metadata, Site } from './apps';
import { Random } from './random';
import { HTTP_PORT, publicOperations, TCP_PORT } from './values';

const AUTHORIZER = { service: 'authz.security.svc.cluster.local', port: 9000 };

/** Has an authorizer asked about some workloads, where a proxy asks at all. */
export function addAuthorizers(sites: readonly Site[], { dataPlane }: DrawnMesh, random: Random): void {
  const [grpc, http] = [grpcOf(random), ExtensionProvider.extAuthzHttp({ name: 'oauth2-proxy', ...AUTHORIZER, pathPrefix: '/check', includeRequestHeadersInCheck: ['cookie', 'x-auth-*'] })];
  for (const { name, plane, chart, placed } of sites) {
    let authz: Chart | undefined;
    placed.forEach(({ workload, way }, index) => {
      if (plane === 'ambient' || (plane === 'waypoint' && way !== 'cluster') || random.chance(0.7)) { return; }
      const named = metadata(`${name}-authz-${index}`, random);
      if (random.chance(0.3)) {
        authz ??= placeOfOpa(chart, `${name}-authz`, dataPlane, random);
        new OpaAuthorizer(authz, `authz-${index}`, {
          image: 'opa:1.17.0',
          policy: random.one([OpaPolicy.rules([{ operations: [Operation.anyHttp()] }, ...random.chance(0.5) ? [{ operations: [Operation.anyHttp()], issuers: [ISSUER] }] : []]), OpaPolicy.rego({ 'policy.rego': 'package envoy.authz\n\nallow if input.attributes.request.http.method == "GET"\n' })]),
          protects: [workload],
          ...random.maybe(() => ({ unaskedOperations: publicOperations(random) })),
          ...named,
        });
        return;
      }
      const isGrpc = random.chance(0.6);
      const ports = isGrpc ? random.maybe(() => ({ ports: [HTTP_PORT.number, TCP_PORT.number] })) : random.maybe(() => ({ ports: [HTTP_PORT.number] }));
      const unasked = random.maybe(() => ({ unaskedOperations: publicOperations(random) }));
      new ExternalAuthorization(chart, `authz-${index}`, { workload, provider: isGrpc ? grpc : http, ...ports, ...unasked, ...named });
    });
  }
}

const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['shop'], jwksUri: 'https://keys.example/jwks.json' });

/** A namespace for OPA; where sidecars close the way out, it may fetch keys. */
function placeOfOpa(chart: Chart, namespace: string, dataPlane: DataPlane, random: Random): Chart {
  const authz = new Chart(chart, 'authz', { namespace });
  if (dataPlane === DataPlane.SIDECAR && random.chance(0.5)) {
    new EgressBoundary(authz, 'egress', { namespace });
    new EgressAccess(authz, 'keys', { callers: [Principal.namespace(namespace, { reason: 'nothing but OPA runs there' })], host: 'keys.example' });
  }
  return authz;
}

function grpcOf(random: Random): ExtensionProvider {
  return ExtensionProvider.extAuthzGrpc({
    name: 'opa', ...AUTHORIZER, ...random.maybe(() => ({ timeout: Duration.millis(250) })), ...random.maybe(() => ({ statusOnError: 503 })), ...random.maybe(() => ({ failOpen: { reason: 'not yet trusted' } })),
  });
}
