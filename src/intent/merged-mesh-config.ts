import { authorityText } from './certificate-authority';
import { ExtensionProviderData } from './extension-provider';
import { MeshFacts } from './mesh';
import { CaCertificateData, MeshConfigData } from './mesh-config';
import { kept } from '../util/kept';
import { listed, quoted, unique } from '../util/text';

/** What a construct states of the mesh. */
export interface MeshContribution {
  readonly path: string;
  readonly config: MeshConfigData;
}

export interface MergedMeshConfig {
  readonly config: MeshConfigData;
  /** What two constructs say differently, as messages. */
  readonly contradictions: readonly string[];
}

const WORDS = ['pathNormalization', 'outboundTrafficPolicy', 'numTrustedProxies', 'minProtocolVersion'] as const;

/** Two values as a message shows what differs between them. */
type Differing<T> = (value: T, other: T) => readonly string[];

/** A value, and who states it. */
interface Stated<T> { readonly path: string; readonly value: T }

/** What all constructs state of the mesh together, in an order that does not hang on theirs. What contradicts itself is as the first has it. */
export function mergedMeshConfig(contributions: readonly MeshContribution[]): MergedMeshConfig {
  const contradictions: string[] = [];
  const first = <T>(what: string, stated: readonly Stated<T>[], shown: Differing<T>): T | undefined => {
    const [one, ...others] = stated;
    const other = others.find(({ value }) => JSON.stringify(value) !== JSON.stringify(one.value));
    if (other) {
      const [before, now] = shown(one.value, other.value);
      const got = `got ${before} at '${one.path}' and ${now} at '${other.path}'`;
      contradictions.push(`${what} must be the same wherever it is stated, ${got}; state it once, or the same in both`);
    }
    return one?.value;
  };
  const word = (setting: typeof WORDS[number]): MeshConfigData => ({
    [setting]: first<unknown>(setting, statedBy(contributions, ({ config }) => config[setting] ?? []), (...values) => values.map(quoted)),
  });
  const authorities = statedBy(contributions, ({ config }) => config.certificateAuthority ?? []);
  const certificateAuthority = first('certificateAuthority', authorities, (...values) => values.map(value => quoted(authorityText(value))));
  const providers = new Map<string, Stated<ExtensionProviderData>[]>();
  for (const stated of statedBy(contributions, ({ config }) => config.extensionProviders ?? [])) {
    kept(providers, stated.value.name, () => []).push(stated);
  }
  const names = [...providers.keys()].sort();
  const extensionProviders = names.map(name => first(`extension provider '${name}'`, providers.get(name)!, differingMembers)!);
  const config = {
    ...Object.assign({}, ...WORDS.map(word)) as MeshConfigData,
    ...certificateAuthority === undefined ? {} : { certificateAuthority },
    caCertificates: certificatesOf(statedBy(contributions, ({ config: { caCertificates } }) => caCertificates ?? [])),
    extensionProviders,
  };
  return { config, contradictions };
}

function statedBy<T>(contributions: readonly MeshContribution[], valuesIn: (contribution: MeshContribution) => T | readonly T[]): Stated<T>[] {
  return contributions.flatMap(contribution => [valuesIn(contribution)].flat().map(value => ({ path: contribution.path, value: value as T })));
}

/** One of several trust domains is written once. */
function certificatesOf(stated: readonly Stated<CaCertificateData>[]): CaCertificateData[] {
  const domains = new Map<string, string[]>();
  for (const { value: { pem, trustDomains } } of stated) { kept(domains, pem, () => []).push(...trustDomains); }
  return [...domains].map(([pem, trustDomains]) => ({ pem, trustDomains: unique(trustDomains).sort() })).sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
}

function keyOf({ pem, trustDomains }: CaCertificateData): string { return `${trustDomains.join()} ${pem}`; }

const KINDS: { readonly [kind in ExtensionProviderData['kind']]: string } = {
  extAuthzGrpc: 'an authorizer over gRPC', extAuthzHttp: 'an authorizer over HTTP', accessLog: 'an access log',
};

/** What two providers are, where they are different things, else their members that differ, in the words of props as far as there are any. */
function differingMembers(before: ExtensionProviderData, now: ExtensionProviderData): readonly string[] {
  if (before.kind !== now.kind) { return [KINDS[before.kind], KINDS[now.kind]]; }
  const [one, other]: Readonly<Record<string, unknown>>[] = [{ ...before }, { ...now }];
  const differs = (member: string) => JSON.stringify(one[member]) !== JSON.stringify(other[member]);
  const members = unique([...Object.keys(one), ...Object.keys(other)]).filter(differs);
  const shown = (provider: Readonly<Record<string, unknown>>) => members.map(member => `${member} ${quoted(provider[member])}`).join(', ');
  return [shown(one), shown(other)];
}

/** Trust domains of certificates that are names of the mesh itself: by an alias, others are not told apart. */
export function ownDomains({ caCertificates = [] }: MeshConfigData, { trustDomain, trustDomainAliases }: MeshFacts): string[] {
  const own = [trustDomain, ...trustDomainAliases];
  const named = unique(caCertificates.flatMap(({ trustDomains }) => trustDomains)).filter(domain => own.includes(domain));
  const areOwn = named.length === 1 ? 'is a name' : 'are names';
  return named.length === 0 ? [] : [`caCertificates[].trustDomains must be those of others, got ${listed(named)}, which ${areOwn} of this mesh itself; `
    + 'leave it out, and an alias whose callers are to be told apart out of trustDomainAliases'];
}
