import { Rendered } from './rendered';
import { nameOf, RESOURCE_KINDS, resourceKindOf } from '../../src/istio/resource-kinds';
import { Schema } from '../../src/istio/schema/schema';

/** Fields that this library refuses or does not offer. */
const NOT_RENDERED = [
  'RequestAuthentication.jwtRules.jwks_uri', 'RequestAuthentication.jwtRules.presence', 'VirtualService.http.mirror_percent',
  'VirtualService.http.fault.delay.exponentialDelay', 'VirtualService.http.fault.abort.http2Error',
  ...['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry'].flatMap(kind => [`${kind}.targetRef.namespace`, `${kind}.targetRefs.namespace`]),
  'EnvoyFilter.targetRefs.namespace',
  ...['credentialName', 'credentialNames', 'tlsCertificates', 'subjectAltNames', 'httpsRedirect'].map(name => `Sidecar.ingress.tls.${name}`),
  ...['Gateway.servers', 'Sidecar.ingress', 'Sidecar.egress'].map(path => `${path}.port.targetPort`),
];

/** Fields of any kind that no object has: what nothing renders, nothing was asked about. */
export function missingFields(objects: readonly Rendered[]): string[] {
  const seen = new Set<string>();
  for (const { object } of objects) { collect(object.spec, nameOf(resourceKindOf(object)!), seen); }
  return RESOURCE_KINDS.flatMap(kind => fieldsOf(kind.spec, nameOf(kind))).filter(path => !seen.has(path));
}

function collect(value: unknown, path: string, seen: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach(item => collect(item, path, seen));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      seen.add(`${path}.${key}`);
      collect(item, `${path}.${key}`, seen);
    }
  }
}

/** Paths of all fields, without the places in lists. */
function fieldsOf(schema: Schema, path: string): string[] {
  switch (schema.type) {
    case 'array': return fieldsOf(schema.items, path);
    case 'object': return Object.entries(schema.fields).filter(([name]) => !NOT_RENDERED.includes(`${path}.${name}`))
      .flatMap(([name, field]) => [`${path}.${name}`, ...fieldsOf(field, `${path}.${name}`)]);
    default: return [];
  }
}
