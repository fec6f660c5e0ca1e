import { askedConflicts, environmentConflicts, lifetimeConflicts } from './authority-conflicts';
import { isOfMesh, OtherObject } from './other-objects';
import { probeConflicts } from './probe-conflicts';
import { DEFAULT_MESH, MeshFacts } from '../../../intent/mesh';
import { CaCertificateData, settingsNamed } from '../../../intent/mesh-config';
import { PathNormalization } from '../../../policy/request/path-normalization';
import { Inventory } from '../../../policy/resources/inventory';
import { istiodEnvironmentIn } from '../../../policy/resources/istiod-environment';
import { takeManifests } from '../../../policy/resources/manifest-reader';
import { meshConfigsIn, meshSettingsIn } from '../../../policy/resources/mesh-config';
import { meshConfigOf } from '../../../render/mesh-config';
import { isObject, list, map, object, Shaped, text, writtenNumber } from '../../../util/shape';
import { listed, quoted, unique } from '../../../util/text';
import { World } from '../index/world';

/** Where what the app itself says of the mesh is not what intents go by, or is unsafe. */
export function meshConflicts(world: World, others: readonly OtherObject[]): string[] {
  const speaking = others.filter(isOfMesh);
  if (speaking.length === 0) { return []; }
  const { mesh } = world;
  const inventory = new Inventory(takeManifests(speaking.map(({ manifest }) => manifest)));
  const settings = meshSettingsIn(inventory, {});
  const { trustDomain = unsaidTrustDomain(inventory), trustDomainAliases, rootNamespace, istioNamespace, pathNormalization } = settings;
  const where = listed(speaking.map(({ path }) => path));
  const differs = (setting: string, said: string | undefined, ours: string) =>
    said === undefined || said === ours ? [] : [`${where} sets ${setting} ${quoted(said)}, but the ZeroTrustMesh says ${quoted(ours)}; state the same in both`];
  return [
    ...differs('trustDomain', trustDomain, mesh.trustDomain),
    ...differs('rootNamespace', rootNamespace, mesh.rootNamespace),
    ...differs('istioNamespace', istioNamespace, mesh.istioNamespace),
    ...differs('trustDomainAliases', trustDomainAliases && [...trustDomainAliases].sort().join(', '), [...mesh.trustDomainAliases].sort().join(', ')),
    ...pathNormalization === PathNormalization.NONE
      ? [`${where} sets pathNormalization NONE, under which '/public/../admin' is matched as it is sent, while servers take it for '/admin'; set BASE or more`] : [],
    ...[
      ...environmentConflicts(inventory, world.mergedMeshConfig.config.certificateAuthority),
      ...askedConflicts(speaking.map(({ manifest }) => manifest), world),
      ...unique(meshConfigsIn(inventory).flatMap(({ meshConfig }) => otherSettings(meshConfig, world))),
    ].map(problem => `${where} ${problem}; state the same in both`),
    ...probeConflicts(speaking, world),
    ...[
      ...unique(meshConfigsIn(inventory).flatMap(({ meshConfig }) => undoneBy(meshConfig, world))),
      ...ignoredKinds(inventory),
    ].map(problem => `${where} ${problem}`),
  ];
}

/** What Istio takes where a MeshConfig says none. Kyma's operator makes the rest of its own. */
function unsaidTrustDomain(inventory: Inventory): string | undefined {
  const isWritten = meshConfigsIn(inventory).some(({ meshConfig }) => isObject(meshConfig) && Object.keys(meshConfig).length > 0);
  return isWritten && inventory.all('KymaIstio').length === 0 ? DEFAULT_MESH.trustDomain : undefined;
}

/** What is looked at of a MeshConfig. */
const MESH_CONFIG = object({
  pathNormalization: object({ normalization: text }),
  outboundTrafficPolicy: object({ mode: text }),
  meshMTLS: object({ minProtocolVersion: text }),
  defaultConfig: object({
    gatewayTopology: object({ numTrustedProxies: writtenNumber }),
    proxyMetadata: object({ SECRET_TTL: text, DISABLE_ENVOY: text }),
    caCertificatesPem: list(text),
  }),
  caCertificates: list(object({ pem: text, trustDomains: list(text) })),
  extensionProviders: list(map),
  configSources: list(object({ address: text })),
});

type MeshConfig = NonNullable<Shaped<typeof MESH_CONFIG>>;

/** By what a MeshConfig undoes what is stated. */
function undoneBy(given: unknown, world: World): string[] { return [...withoutEnvoy(given), ...withoutPolicies(given), ...otherRoots(given, world)]; }

/** With sources of configuration istiod reads the cluster only where that is one of them. */
function withoutPolicies(given: unknown): string[] {
  const sources = MESH_CONFIG(given)?.configSources ?? [];
  return sources.length === 0 || sources.some(({ address = '' }) => address.startsWith('k8s://')) ? []
    : ["sets configSources, so that istiod reads none of the policies in the cluster; take them out, or add { address: 'k8s://' }"];
}

/** Kinds that istiod never reads, by the names of their resources; with `*.` before it all of a group. */
function ignoredKinds(inventory: Inventory): string[] {
  const { PILOT_IGNORE_RESOURCES: said = '' } = istiodEnvironmentIn(inventory) ?? {};
  return /\.istio\.io\b/.test(said) ? [`sets PILOT_IGNORE_RESOURCES ${quoted(said)}, so that istiod reads none of these in the cluster; take Istio's out`] : [];
}

function withoutEnvoy(given: unknown): string[] {
  const said = MESH_CONFIG(given)?.defaultConfig?.proxyMetadata?.DISABLE_ENVOY ?? 'false';
  return said === 'false' ? [] : [`sets DISABLE_ENVOY ${quoted(said)}, which leaves sidecars without the Envoy that enforces what is stated; take it out`];
}

/** What a MeshConfig says otherwise than constructs of the app do: what it leaves out is as Istio has it. */
function otherSettings(given: unknown, { mesh, mergedMeshConfig: { config }, contributors }: World): string[] {
  const theirs = MESH_CONFIG(given) ?? {};
  const ours = MESH_CONFIG(meshConfigOf(mesh, config)) ?? {};
  const [said, meant] = [wordsOf(theirs), wordsOf(ours)];
  const states = (setting: string) => listed(contributors.filter(one => settingsNamed(one.config).includes(setting)).map(({ path }) => path));
  return [
    ...WORDS.filter(word => config[word] !== undefined && said[word] !== meant[word])
      .map(word => `sets ${word} ${quoted(said[word])}, but ${states(word)} says ${quoted(meant[word])}`),
    ...lifetimeConflicts(theirs.defaultConfig?.proxyMetadata?.SECRET_TTL, ours.defaultConfig?.proxyMetadata?.SECRET_TTL),
    ...otherCertificates(theirs, mesh, config.caCertificates),
    ...(ours.extensionProviders ?? []).flatMap(provider => {
      const named = `extension provider ${quoted(provider.name)}`;
      const other = theirs.extensionProviders?.find(({ name }) => name === provider.name);
      if (other === undefined) { return [`does not have ${named}, which ${states(named)} states`]; }
      if (theirs.extensionProviders!.filter(({ name }) => name === provider.name).length > 1) { return [`has ${named} more than once, by which istiod has none, and ${states(named)} states it`]; }
      return canonical(other) === canonical(provider) ? [] : [`has ${named} otherwise than ${states(named)} states it`];
    }),
  ];
}

const WORDS = ['pathNormalization', 'outboundTrafficPolicy', 'minProtocolVersion', 'numTrustedProxies'] as const;
type Word = typeof WORDS[number];

/** What Istio takes where nothing is said is written out. */
function wordsOf({ pathNormalization, outboundTrafficPolicy, meshMTLS, defaultConfig }: MeshConfig): Readonly<Record<Word, string | number>> {
  return {
    pathNormalization: saidBy(pathNormalization?.normalization, 'DEFAULT') ?? 'BASE',
    outboundTrafficPolicy: outboundTrafficPolicy?.mode ?? 'ALLOW_ANY',
    minProtocolVersion: saidBy(meshMTLS?.minProtocolVersion, 'TLS_AUTO') ?? 'TLSV1_2',
    numTrustedProxies: defaultConfig?.gatewayTopology?.numTrustedProxies ?? 0,
  };
}

/** The word, but for the one that says as little as none. */
function saidBy(word: string | undefined, none: string): string | undefined { return word === none ? undefined : word; }

function holds({ caCertificates = [] }: MeshConfig, { pem, trustDomains }: CaCertificateData): boolean {
  const named = caCertificates.filter(other => other.pem?.trim() === pem.trim()).flatMap(other => other.trustDomains ?? []);
  return trustDomains.every(domain => named.includes(domain));
}

/** Whose certificates are not accepted that should be, or are and nobody says so: namespaces are named for all of them. */
function otherCertificates(theirs: MeshConfig, mesh: MeshFacts, stated: readonly CaCertificateData[] = []): string[] {
  const missing = stated.filter(certificate => !holds(theirs, certificate));
  if (missing.length > 0) { return missing.map(({ trustDomains }) => `does not have the CA certificate of ${listed(trustDomains)}, which the app states`); }
  const isStated = (pem: string, domain: string) => stated.some(one => one.pem.trim() === pem.trim() && one.trustDomains.includes(domain));
  const further = (theirs.caCertificates ?? []).flatMap(({ pem, trustDomains = [] }) =>
    trustDomains.filter(domain => pem !== undefined && !isOwn(domain, mesh) && !isStated(pem, domain)));
  return further.length === 0 ? [] : [`has a CA certificate of ${listed(unique(further))} that the app does not state by caCertificates`];
}

function isOwn(domain: string, { trustDomain, trustDomainAliases }: MeshFacts): boolean {
  return [trustDomain, ...trustDomainAliases].includes(domain);
}

/** Other roots for the names of the mesh itself, where the app says which there are: whoever signs by one of them is anybody here. */
function otherRoots(given: unknown, { mesh, settingsOutput, mergedMeshConfig: { config: { certificateAuthority } } }: World): string[] {
  if (settingsOutput === undefined && certificateAuthority === undefined) { return []; }
  const { caCertificates = [], defaultConfig } = MESH_CONFIG(given) ?? {};
  const isForAll = caCertificates.some(({ pem, trustDomains = [] }) =>
    pem === undefined || trustDomains.length === 0 || trustDomains.some(domain => isOwn(domain, mesh)));
  const ofProxies = defaultConfig?.caCertificatesPem ?? [];
  const [where] = [...isForAll ? ['caCertificates'] : [], ...ofProxies.length > 0 ? ['defaultConfig.caCertificatesPem'] : []];
  return where === undefined ? [] : [`must not have another authority for names of the mesh itself, by which it could stand for anybody here, got one in ${where}; leave it out`];
}

/** The same text for what means the same: members in order, without what is not so anyway. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => isObject(inner)
    ? Object.fromEntries(Object.entries(inner).filter(([, one]) => one !== false).sort(([a], [b]) => a < b ? -1 : 1)) : inner);
}
