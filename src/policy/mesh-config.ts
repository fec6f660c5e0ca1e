import { Inventory } from './inventory';
import { AuthorizerProtocol, AuthorizerProvider, MeshSettings, PathNormalization } from './mesh-settings';
import { fullName } from './policy';
import { readDocuments } from '../istio/documents';
import { shown } from '../istio/problem';
import { LeftOut, list, number, object, Shape, Shaped, text } from '../util/shape';

const present: Shape<true> = value => value === undefined || value === null ? undefined : true;

const MESH_CONFIG = object({
  trustDomain: text,
  trustDomainAliases: list(text),
  rootNamespace: text,
  caCertificates: list(object({ trustDomains: list(text) })),
  pathNormalization: object({ normalization: text }),
  defaultConfig: object({ gatewayTopology: object({ numTrustedProxies: number }) }),
  extensionProviders: list(object({ name: text, envoyExtAuthzHttp: present, envoyExtAuthzGrpc: present })),
});

/** What a MeshConfig of Istio says about access; what it does not say is left out. */
export function meshSettingsOf(meshConfig: unknown, leftOut?: LeftOut): MeshSettings {
  const { pathNormalization, defaultConfig, extensionProviders, caCertificates, ...same } = MESH_CONFIG(meshConfig, '', leftOut) ?? {};
  const settings = {
    ...same,
    pathNormalization: normalizationOf(pathNormalization?.normalization),
    foreignTrustDomains: caCertificates?.flatMap(({ trustDomains = [] }) => trustDomains),
    trustedProxies: defaultConfig?.gatewayTopology?.numTrustedProxies,
    authorizerProviders: extensionProviders?.flatMap(authorizerOf),
  };
  return stated(settings);
}

/** The settings in the ConfigMap `istio` of the manifests, which istiod reads; empty without one. */
export function meshSettingsIn(inventory: Inventory): MeshSettings {
  const config = inventory.all('ConfigMap').find(({ name, spec }) => name === 'istio' && spec.mesh !== undefined);
  if (!config) return {};
  const { document, line } = config.location;
  const doubt = (field: string, message: string) => inventory.doubt({ document, line, object: `ConfigMap ${fullName(config)}`, field: `data.mesh${field}`, message });
  const { objects, problems } = readDocuments(config.spec.mesh ?? '');
  problems.forEach(({ message }) => doubt('', message));
  return objects.length === 0 ? {} : meshSettingsOf(objects[0].object, (field, expected, value) => doubt(field, `must be ${expected}, got ${shown(value)}; correct it`));
}

/** Only what has a value, so that it can be laid over other settings. */
export function stated(settings: MeshSettings): MeshSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Undefined also for DEFAULT, which is what holds where nothing is said. */
function normalizationOf(name: string | undefined): PathNormalization | undefined {
  return Object.values(PathNormalization).find(known => known === name);
}

type Provider = NonNullable<NonNullable<Shaped<typeof MESH_CONFIG>>['extensionProviders']>[number];

/** Providers of other things than authorization are left out. */
function authorizerOf({ name = '', envoyExtAuthzHttp, envoyExtAuthzGrpc }: Provider): AuthorizerProvider[] {
  if (envoyExtAuthzGrpc) return [{ name, protocol: AuthorizerProtocol.GRPC }];
  return envoyExtAuthzHttp ? [{ name, protocol: AuthorizerProtocol.HTTP }] : [];
}
