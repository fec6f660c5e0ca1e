import { Inventory } from './inventory';
import { istiodEnvironmentIn } from './istiod-environment';
import { isMeshConfigMap } from './kinds';
import { outboundSettingsOf } from './outbound-config';
import { fullName } from './policy';
import { readDocuments } from '../../istio/documents';
import { Location } from '../../istio/manifest';
import { shown } from '../../istio/problem';
import { flag, LeftOut, list, number, object, Shape, Shaped, text } from '../../util/shape';
import { AuthorizerProtocol, AuthorizerProvider, MeshSettings, PathNormalization, resolveMesh, ServiceEntryVisibility } from '../request/mesh-settings';

const present: Shape<true> = value => value === undefined || value === null ? undefined : true;

const MESH_CONFIG = object({
  trustDomain: text,
  trustDomainAliases: list(text),
  rootNamespace: text,
  enableAutoMtls: flag,
  caCertificates: list(object({ trustDomains: list(text) })),
  pathNormalization: object({ normalization: text }),
  defaultConfig: object({ gatewayTopology: object({ numTrustedProxies: number }) }),
  serviceEntryVisibility: object({ defaultVisibility: text, policies: list(present) }),
  extensionProviders: list(object({ name: text, envoyExtAuthzHttp: present, envoyExtAuthzGrpc: present })),
});

/** What a MeshConfig of Istio says about access; what it does not say is left out. */
export function meshSettingsOf(meshConfig: unknown, leftOut?: LeftOut): MeshSettings {
  const { enableAutoMtls, pathNormalization, defaultConfig, extensionProviders, caCertificates, serviceEntryVisibility, ...same } = MESH_CONFIG(meshConfig, '', leftOut) ?? {};
  const settings = {
    ...same,
    autoMutualTls: enableAutoMtls,
    pathNormalization: normalizationOf(pathNormalization?.normalization),
    foreignTrustDomains: caCertificates?.flatMap(({ trustDomains = [] }) => trustDomains),
    outbound: outboundSettingsOf(meshConfig, leftOut),
    trustedProxies: defaultConfig?.gatewayTopology?.numTrustedProxies,
    authorizerProviders: extensionProviders?.flatMap(authorizerOf),
    serviceEntryVisibility: visibilityOf(serviceEntryVisibility),
  };
  return stated(settings);
}

/** A place where the manifests hold a MeshConfig. */
interface Stated {
  /** Such as `ConfigMap istio-system/istio`. */
  readonly where: string;
  /** Where it stands in the object. */
  readonly field: string;
  readonly location: Location;
  readonly meshConfig: unknown;
}

/**
 * The settings that the manifests hold: in a ConfigMap that istiod reads, else in an IstioOperator or in Helm's values for istiod, and the
 * environment that istiod runs with. Empty without any; everything is in doubt where two of them do not agree.
 */
export function meshSettingsIn(inventory: Inventory): MeshSettings {
  const all = [...configMaps(inventory), ...operators(inventory), ...helmValues(inventory)];
  const doubt = ({ where, field, location: { document, line } }: Stated, at: string, message: string) =>
    inventory.doubt({ document, line, object: where, field: field + at, message });
  const settings = all.map(stating =>
    meshSettingsOf(stating.meshConfig, (at, expected, value) => doubt(stating, at, `must be ${expected}, got ${shown(value)}; correct it`)));
  all.filter((_, i) => !isSame(settings[0], settings[i])).forEach(stating =>
    doubt(stating, '', `must say the same as ${all[0].where}, got other mesh settings; keep those of one control plane`));
  return stated({ ...settings[0], istiodEnvironment: istiodEnvironmentIn(inventory) });
}

/** That of the default control plane first; a revision has its own. */
function configMaps(inventory: Inventory): Stated[] {
  const found = inventory.all('ConfigMap').filter(({ name, spec }) => isMeshConfigMap(name) && spec.mesh !== undefined);
  return [...found].sort((a, b) => a.name.length - b.name.length).flatMap(({ location, spec: { mesh = '' }, ...resource }) => {
    const place = { where: `ConfigMap ${fullName(resource)}`, field: 'data.mesh', location };
    const { document, line } = location;
    const { objects, problems } = readDocuments(mesh);
    problems.forEach(({ message }) => inventory.doubt({ document, line, object: place.where, field: place.field, message }));
    return objects.slice(0, 1).map(({ object: meshConfig }) => ({ ...place, meshConfig }));
  });
}

function operators(inventory: Inventory): Stated[] {
  return inventory.all('IstioOperator').flatMap(({ location, spec: { meshConfig, values }, ...resource }) => {
    const merged = { ...values?.meshConfig, ...meshConfig };
    return { where: `IstioOperator ${fullName(resource)}`, field: 'spec.meshConfig', location, meshConfig: merged };
  });
}

function helmValues(inventory: Inventory): Stated[] {
  return inventory.all('HelmValues').filter(({ spec }) => spec.meshConfig).map(({ location, spec: { meshConfig } }) => ({ where: 'Helm values', field: 'meshConfig', location, meshConfig }));
}

function isSame(a: MeshSettings, b: MeshSettings): boolean { return JSON.stringify(resolveMesh(a)) === JSON.stringify(resolveMesh(b)); }

/** Only what has a value, so that it can be laid over other settings. */
export function stated(settings: MeshSettings): MeshSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Undefined also for DEFAULT, which is what holds where nothing is said. */
function normalizationOf(name: string | undefined): PathNormalization | undefined {
  return Object.values(PathNormalization).find(known => known === name);
}

function visibilityOf({ defaultVisibility, policies = [] }: NonNullable<Shaped<typeof MESH_CONFIG>>['serviceEntryVisibility'] = {}): ServiceEntryVisibility | undefined {
  if (policies.length > 0) return ServiceEntryVisibility.BY_POLICIES;
  return Object.values(ServiceEntryVisibility).find(known => known === defaultVisibility);
}

type Provider = NonNullable<NonNullable<Shaped<typeof MESH_CONFIG>>['extensionProviders']>[number];

/** Providers of other things than authorization are left out. */
function authorizerOf({ name = '', envoyExtAuthzHttp, envoyExtAuthzGrpc }: Provider): AuthorizerProvider[] {
  if (envoyExtAuthzGrpc) return [{ name, protocol: AuthorizerProtocol.GRPC }];
  return envoyExtAuthzHttp ? [{ name, protocol: AuthorizerProtocol.HTTP }] : [];
}
