import { isOfMesh, OtherObject } from './other-objects';
import { CaCertificateData, settingsNamed } from '../../../intent/mesh-config';
import { PathNormalization } from '../../../policy/request/path-normalization';
import { Inventory } from '../../../policy/resources/inventory';
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
  const { trustDomain, trustDomainAliases, rootNamespace, pathNormalization } = meshSettingsIn(inventory, {});
  const where = listed(speaking.map(({ path }) => path));
  const differs = (setting: string, said: string | undefined, ours: string) =>
    said === undefined || said === ours ? [] : [`${where} sets ${setting} ${quoted(said)}, but the ZeroTrustMesh says ${quoted(ours)}; state the same in both`];
  return [
    ...differs('trustDomain', trustDomain, mesh.trustDomain),
    ...differs('rootNamespace', rootNamespace, mesh.rootNamespace),
    ...differs('trustDomainAliases', trustDomainAliases && [...trustDomainAliases].sort().join(', '), [...mesh.trustDomainAliases].sort().join(', ')),
    ...pathNormalization === PathNormalization.NONE
      ? [`${where} sets pathNormalization NONE, under which '/public/../admin' is matched as it is sent, while servers take it for '/admin'; set BASE or more`] : [],
    ...unique(meshConfigsIn(inventory).flatMap(({ meshConfig }) => otherSettings(meshConfig, world))).map(problem => `${where} ${problem}; state the same in both`),
  ];
}

/** What is looked at of a MeshConfig. */
const MESH_CONFIG = object({
  pathNormalization: object({ normalization: text }),
  outboundTrafficPolicy: object({ mode: text }),
  meshMTLS: object({ minProtocolVersion: text }),
  defaultConfig: object({ gatewayTopology: object({ numTrustedProxies: writtenNumber }) }),
  caCertificates: list(object({ pem: text, trustDomains: list(text) })),
  extensionProviders: list(map),
});

type MeshConfig = NonNullable<Shaped<typeof MESH_CONFIG>>;

/** What a MeshConfig says otherwise than constructs of the app do: what it leaves out is as Istio has it. */
function otherSettings(given: unknown, { mesh, mergedMeshConfig: { config }, contributors }: World): string[] {
  const theirs = MESH_CONFIG(given) ?? {};
  const ours = MESH_CONFIG(meshConfigOf(mesh, config)) ?? {};
  const [said, meant] = [wordsOf(theirs), wordsOf(ours)];
  const states = (setting: string) => listed(contributors.filter(one => settingsNamed(one.config).includes(setting)).map(({ path }) => path));
  return [
    ...WORDS.filter(word => config[word] !== undefined && said[word] !== meant[word])
      .map(word => `sets ${word} ${quoted(said[word])}, but ${states(word)} says ${quoted(meant[word])}`),
    ...(config.caCertificates ?? []).filter(certificate => !holds(theirs, certificate))
      .map(({ trustDomains }) => `does not have the CA certificate of ${listed(trustDomains)}, which the app states`),
    ...(ours.extensionProviders ?? []).flatMap(provider => {
      const named = `extension provider ${quoted(provider.name)}`;
      const other = theirs.extensionProviders?.find(({ name }) => name === provider.name);
      if (other === undefined) { return [`does not have ${named}, which ${states(named)} states`]; }
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

/** The same text for what means the same: members in order, without what is not so anyway. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => isObject(inner)
    ? Object.fromEntries(Object.entries(inner).filter(([, one]) => one !== false).sort(([a], [b]) => a < b ? -1 : 1)) : inner);
}
