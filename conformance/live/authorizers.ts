import { Duration } from 'cdk8s';
import { ExtensionProvider, ExternalAuthorization } from 'cdk8s-zero-trust';
import { metadata, Site } from './apps';
import { Random } from './random';
import { HTTP_PORT, publicOperations, TCP_PORT } from './values';

const AUTHORIZER = { service: 'authz.security.svc.cluster.local', port: 9000 };

/** Has an authorizer asked about some workloads, where a proxy asks at all. */
export function addAuthorizers(sites: readonly Site[], random: Random): void {
  const [grpc, http] = [grpcOf(random), ExtensionProvider.extAuthzHttp({ name: 'oauth2-proxy', ...AUTHORIZER, pathPrefix: '/check', includeRequestHeadersInCheck: ['cookie', 'x-auth-*'] })];
  for (const { name, plane, chart, placed } of sites) {
    placed.forEach(({ workload, way }, index) => {
      if (plane === 'ambient' || (plane === 'waypoint' && way !== 'cluster') || random.chance(0.7)) { return; }
      const isGrpc = random.chance(0.6);
      const ports = isGrpc ? random.maybe(() => ({ ports: [HTTP_PORT.number, TCP_PORT.number] })) : random.maybe(() => ({ ports: [HTTP_PORT.number] }));
      const unasked = random.maybe(() => ({ unaskedOperations: publicOperations(random) }));
      new ExternalAuthorization(chart, `authz-${index}`, { workload, provider: isGrpc ? grpc : http, ...ports, ...unasked, ...metadata(`${name}-authz-${index}`, random) });
    });
  }
}

function grpcOf(random: Random): ExtensionProvider {
  return ExtensionProvider.extAuthzGrpc({
    name: 'opa', ...AUTHORIZER, ...random.maybe(() => ({ timeout: Duration.millis(250) })), ...random.maybe(() => ({ statusOnError: 503 })), ...random.maybe(() => ({ failOpen: { reason: 'not yet trusted' } })),
  });
}
