import { whereValuesAre } from './helm-releases';
import { installationIn } from './installation';
import { Inventory } from './inventory';
import { LABEL_SELECTOR } from './istio-values';
import { istiodEnvironmentIn } from './istiod-environment';
import { isMeshConfigMap, SpecOf } from './kinds';
import { outboundSettingsOf } from './outbound-config';
import { fullName, Resource } from './policy';
import { connectionSettingsOf, DISABLE_ENVOY, disablesEnvoy, PROXY_CONFIG } from './proxy-config';
import { readDocuments } from '../../istio/documents';
import { Location } from '../../istio/manifest';
import { shown } from '../../istio/problem';
import { flag, LeftOut, list, object, Shape, Shaped, text, word, writtenNumber } from '../../util/shape';
import { AuthorizerProtocol, AuthorizerProvider } from '../request/authorizer-provider';
import { InjectionSettings, InterceptionMode } from '../request/injection-settings';
import { MeshSettings, resolveMesh } from '../request/mesh-settings';
import { PathNormalization } from '../request/path-normalization';
import { ServiceEntryVisibility } from '../request/service-entry-visibility';

const present: Shape<true> = value => value === undefined || value === null ? undefined : true;

const MESH_CONFIG = object({
  trustDomain: text,
  trustDomainAliases: list(text),
  rootNamespace: text,
  enableAutoMtls: flag,
  caCertificates: list(object({ trustDomains: list(text) })),
  pathNormalization: object({ normalization: word('DEFAULT', ...Object.values(PathNormalization)) }),
  defaultConfig: PROXY_CONFIG,
  proxyInboundListenPort: writtenNumber,
  discoverySelectors: list(LABEL_SELECTOR),
  serviceEntryVisibility: object({ defaultVisibility: word('UNSPECIFIED', 'PUBLIC', 'NAMESPACE', 'NONE'), policies: list(present) }),
  extensionProviders: list(object({ name: text, envoyExtAuthzHttp: object({ headersToUpstreamOnAllow: list(text) }), envoyExtAuthzGrpc: present })),
});

/** What a MeshConfig of Istio says about access; what it does not say is left out. */
export function meshSettingsOf(meshConfig: unknown, leftOut?: LeftOut): MeshSettings {
  const shaped = MESH_CONFIG(meshConfig, '', leftOut) ?? {};
  const { enableAutoMtls, pathNormalization, defaultConfig, extensionProviders, caCertificates, ...others } = shaped;
  const { proxyInboundListenPort, serviceEntryVisibility, ...same } = others;
  const settings = {
    ...same,
    autoMutualTls: enableAutoMtls,
    pathNormalization: normalizationOf(pathNormalization?.normalization),
    foreignTrustDomains: caCertificates?.flatMap(({ trustDomains = [] }) => trustDomains),
    connectionSettings: defaultConfig && connectionSettingsOf(defaultConfig),
    outbound: outboundSettingsOf(meshConfig, leftOut),
    trustedProxies: defaultConfig?.gatewayTopology?.numTrustedProxies,
    authorizerProviders: extensionProviders?.flatMap(authorizerOf) ?? [],
    injection: injectionOf(defaultConfig?.interceptionMode, proxyInboundListenPort),
    serviceEntryVisibility: visibilityOf(serviceEntryVisibility),
  };
  return stated(settings);
}

/** Undefined where nothing is said. */
function injectionOf(mode: string | undefined, listeningPort: number | undefined): InjectionSettings | undefined {
  const interceptionMode = Object.values(InterceptionMode).find(known => known === mode);
  return interceptionMode === undefined && listeningPort === undefined ? undefined : { interceptionMode, listeningPort };
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
 *
 * @param given what holds whatever the manifests say
 * @param otherwise what holds where they say nothing
 */
export function meshSettingsIn(inventory: Inventory, given: MeshSettings = {}, otherwise: MeshSettings = {}): MeshSettings {
  const installation = together(otherwise, installationIn(inventory));
  const all = meshConfigsIn(inventory, given.istioNamespace ?? installation.istioNamespace);
  const doubt = ({ where, field, location: { document, line } }: Stated, at: string, message: string) =>
    inventory.doubt({ document, line, object: where, field: field + at, message });
  const settings = all.map(stating =>
    meshSettingsOf(stating.meshConfig, (at, expected, value) => doubt(stating, at, `must be ${expected}, got ${shown(value)}; correct it`)));
  all.filter(({ meshConfig }) => disablesEnvoy(MESH_CONFIG(meshConfig)?.defaultConfig))
    .forEach(stating => doubt(stating, `.defaultConfig.proxyMetadata.${DISABLE_ENVOY}`, 'must be left out, as what sidecars without an Envoy do is not evaluated; take it out'));
  const istiodEnvironment = istiodEnvironmentIn(inventory) ?? otherwise.istiodEnvironment;
  const holding = (found: MeshSettings = {}) => together(together({ ...installation, istiodEnvironment }, found), given);
  const others = all.flatMap((stating, i) => isSame(settings[0], settings[i]) ? [] : [{ ...stating, settings: settings[i] }]);
  const problems = others.map(({ where, field, location: { document, line } }) =>
    ({ document, line, object: where, field, message: `must say the same as ${all[0].where}, got other mesh settings; keep those of one control plane` }));
  const variants = [{ where: all[0]?.where, settings: settings[0] }, ...others].map(({ where, settings: variant }) => ({ if: `${where} holds`, settings: holding(variant) }));
  inventory.doubtSettings(problems, variants);
  return holding(settings[0]);
}

/** The MeshConfigs that the manifests hold, the one that counts first. */
export function meshConfigsIn(inventory: Inventory, istioNamespace?: string): Stated[] {
  const whole = [...configMaps(inventory, istioNamespace), ...operators(inventory), ...sail(inventory), ...helmValues(inventory)];
  return whole.length > 0 ? whole : kymaIstios(inventory);
}

/** Settings, and others that count where they say something. */
export function together(settings: MeshSettings, others: MeshSettings): MeshSettings {
  return {
    ...settings,
    ...stated(others),
    injection: { ...settings.injection, ...stated(others.injection ?? {}) },
    outbound: { ...settings.outbound, ...stated(others.outbound ?? {}) },
  };
}

/** That of the default control plane first; a revision has its own. Those of other namespaces are no control plane's. */
function configMaps(inventory: Inventory, istioNamespace: string | undefined): Stated[] {
  const found = inventory.all('ConfigMap').filter(({ name, spec }) => isMeshConfigMap(name) && spec.mesh !== undefined);
  const namespace = istioNamespace ?? namespaceOf(found);
  const isOwn = ({ meta }: Resource<unknown>) => meta.namespace === undefined || meta.namespace === namespace;
  const [own, others] = [found.filter(isOwn), found.filter(one => !isOwn(one))];
  others.forEach(({ location: { document, line }, ...resource }) => inventory.problems.push({
    document,
    line,
    object: `ConfigMap ${fullName(resource)}`,
    field: 'data.mesh',
    message: `must be in the namespace of the control plane, '${namespace}', to be read, got '${resource.namespace}'; move it, or state istioNamespace`,
  }));
  return [...own].sort((a, b) => a.name.length - b.name.length).flatMap(({ location, spec: { mesh = '' }, ...resource }) => {
    const place = { where: `ConfigMap ${fullName(resource)}`, field: 'data.mesh', location };
    const { document, line } = location;
    const { objects, problems } = readDocuments(mesh);
    problems.forEach(({ message }) => inventory.doubt({ document, line, object: place.where, field: place.field, message }));
    // istiod's own default; charts write it out
    return objects.slice(0, 1).map(({ object: meshConfig }) => ({ ...place, meshConfig: { rootNamespace: 'istio-system', ...meshConfig } }));
  });
}

/** The namespace of the control plane where nothing else tells: the usual one, else one whose MeshConfig names itself. */
function namespaceOf(found: readonly Resource<SpecOf<'ConfigMap'>>[]): string {
  const namesItself = ({ namespace, spec: { mesh = '' } }: Resource<SpecOf<'ConfigMap'>>) => readDocuments(mesh).objects[0]?.object.rootNamespace === namespace;
  const isUsual = found.some(({ namespace }) => namespace === 'istio-system');
  return (isUsual ? undefined : found.find(namesItself)?.namespace) ?? 'istio-system';
}

function sail(inventory: Inventory): Stated[] {
  const all = [...inventory.all('Istio'), ...inventory.all('IstioRevision')].filter(({ spec }) => spec.values?.meshConfig);
  return all.map(({ name, location, spec: { values } }) => ({ where: `Istio ${name}`, field: 'spec.values.meshConfig', location, meshConfig: values?.meshConfig }));
}

function operators(inventory: Inventory): Stated[] {
  return inventory.all('IstioOperator').map(({ location, spec: { meshConfig, values }, ...resource }) => {
    const merged = { ...values?.meshConfig, ...meshConfig };
    return { where: `IstioOperator ${fullName(resource)}`, field: 'spec.meshConfig', location, meshConfig: merged };
  });
}

/** Of the mesh Kyma's operator is told only some; the rest it makes itself. */
function kymaIstios(inventory: Inventory): Stated[] {
  return inventory.all('KymaIstio').map(({ location, spec: { config }, ...resource }) => {
    const extensionProviders = config?.authorizers?.map(({ name, headers }) =>
      ({ name, envoyExtAuthzHttp: { headersToUpstreamOnAllow: headers?.toUpstream?.onAllow } }));
    const defaultConfig = { gatewayTopology: { numTrustedProxies: config?.numTrustedProxies } };
    return { where: `Istio ${fullName(resource)}`, field: 'spec.config', location, meshConfig: { extensionProviders, defaultConfig } };
  });
}

function helmValues(inventory: Inventory): Stated[] {
  return inventory.all('HelmValues').filter(({ spec }) => spec.meshConfig).map(resource =>
    ({ where: whereValuesAre(resource), field: 'meshConfig', location: resource.location, meshConfig: resource.spec.meshConfig }));
}

function isSame(a: MeshSettings, b: MeshSettings): boolean { return JSON.stringify(resolveMesh(a)) === JSON.stringify(resolveMesh(b)); }

/** Only what has a value, so that it can be laid over other settings. */
function stated<S extends object>(settings: S): S {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as S;
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
  return envoyExtAuthzHttp ? [{ name, protocol: AuthorizerProtocol.HTTP, ...envoyExtAuthzHttp }] : [];
}
