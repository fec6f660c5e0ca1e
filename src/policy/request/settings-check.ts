import { AuthorizerProtocol, AuthorizerProvider } from './authorizer-provider';
import { ConnectionSettings, EscapedSlashes, HeadersWithUnderscores } from './connection-settings';
import { InjectionSettings, InterceptionMode } from './injection-settings';
import { MeshSettings } from './mesh-settings';
import { OutboundSettings } from './outbound-settings';
import { PathNormalization } from './path-normalization';
import { ProxyKind } from './request';
import { ServiceEntryVisibility } from './service-entry-visibility';
import { LabelExpression, LabelSelector } from '../../istio/label-selector';
import { isKnownVersion, NEWEST_VERSION, OLDEST_VERSION } from '../../istio/versions';
import { Check, flag, listOf, mapOf, oneOf, refuseMisfit, struct, text, that, wholeNumber } from '../../util/struct';

const trustDomain = that(value => typeof value === 'string' && value !== '', 'the name of a trust domain', 'give a name such as \'cluster.local\'');
const trustDomains = listOf(trustDomain, 'give a list of names');

const PROVIDER = struct<Required<AuthorizerProvider>>('AuthorizerProvider', {
  name: text('give the name that policies refer to'),
  protocol: oneOf(AuthorizerProtocol),
  headersToUpstreamOnAllow: listOf(text('give the name of a header'), 'give a list of names'),
}, ['name', 'protocol'], 'give its name and protocol');

const isVersion = that(value => typeof value === 'string' && /^\d+\.\d+/.test(value), 'like 1.29 or 1.30.1', 'give the version of istiod as a text');
const isOneOfThose = that(value => isKnownVersion(value as string), `from ${OLDEST_VERSION} to ${NEWEST_VERSION}`, 'no other is evaluated: give the nearest of these');
const istioVersion: Check = value => isVersion(value) ?? isOneOfThose(value);

const namespace = that(value => typeof value === 'string' && value !== '', 'the name of a namespace', 'give a name such as \'istio-system\'');
const names = listOf(text('give a name'), 'give a list of names');
const isOn = flag('say whether it is so');

const EXPRESSION = struct<Required<LabelExpression>>('LabelExpression', {
  key: text('give the label'),
  operator: text('give In, NotIn, Exists or DoesNotExist'),
  values: listOf(text('give the text of the label'), 'give a list of values'),
}, ['key', 'operator'], 'give a label and an operator');

const SELECTOR = struct<Required<LabelSelector>>('LabelSelector', {
  matchLabels: mapOf(text('give the text of the label'), 'give names of labels with their values'),
  matchExpressions: listOf(EXPRESSION, 'give a list of requirements'),
}, [], 'give the labels that it asks for');

const selectors = listOf(SELECTOR, 'give a list of selectors');

const CONNECTIONS = struct<Required<ConnectionSettings>>('ConnectionSettings', {
  mergeSlashes: isOn,
  escapedSlashes: oneOf(EscapedSlashes),
  headersWithUnderscores: oneOf(HeadersWithUnderscores),
  edgeProfile: isOn,
}, [], 'leave it out for what the normalization of paths says');

const INJECTION = struct<Required<InjectionSettings>>('InjectionSettings', {
  automatic: isOn,
  inEveryNamespace: isOn,
  defaultByName: isOn,
  neverFor: selectors,
  alwaysFor: selectors,
  ownTemplates: names,
  defaultTemplates: names,
  includedPorts: text('give \'*\', or ports with commas between them'),
  excludedPorts: text('give ports with commas between them'),
  statusPort: wholeNumber(0, 65535, 'give a port, or 0 for none'),
  interceptionMode: oneOf(InterceptionMode),
  listeningPort: wholeNumber(1, 65535, 'give a port'),
  networkPlugin: isOn,
}, [], 'leave it out for Istio as it is installed where nothing is said');

const blocks = text('give \'*\', or address blocks with commas between them');
const ports = text('give ports with commas between them');

const OUTBOUND = struct<Required<OutboundSettings>>('OutboundSettings', {
  serviceExportTo: names,
  virtualServiceExportTo: names,
  destinationRuleExportTo: names,
  registryOnly: isOn,
  sidecarHbone: isOn,
  includedBlocks: blocks,
  excludedBlocks: blocks,
  includedPorts: ports,
  excludedPorts: ports,
}, [], 'leave it out for what the manifests say');

const SETTINGS = struct<Required<MeshSettings>>('MeshSettings', {
  trustDomain,
  trustDomainAliases: trustDomains,
  foreignTrustDomains: trustDomains,
  rootNamespace: namespace,
  istioNamespace: namespace,
  revisions: names,
  otherRevisions: isOn,
  revisionTags: mapOf(text('give the name of a revision'), 'give tags with the revisions that they name'),
  defaultRevision: text('give the name of a revision, empty for none'),
  discoverySelectors: selectors,
  injection: INJECTION,
  outbound: OUTBOUND,
  ambientExcludedNamespaces: names,
  connectionSettings: CONNECTIONS,
  serviceEntryVisibility: oneOf(ServiceEntryVisibility),
  istiodEnvironment: mapOf(text('give the value as a text'), 'give variables with their values'),
  pathNormalization: oneOf(PathNormalization),
  authorizerProviders: listOf(PROVIDER, 'give a list of providers'),
  trustedProxies: wholeNumber(0, Infinity, 'give the number of proxies in front of gateways'),
  autoMutualTls: flag('say whether it is on'),
  istioVersion,
  defaultProxy: oneOf({ SIDECAR: ProxyKind.SIDECAR, ZTUNNEL: ProxyKind.ZTUNNEL }),
}, [], 'leave it out for what the manifests say');

/** Refuses settings that do not say what they seem to say. */
export function checkSettings(settings: MeshSettings): void {
  refuseMisfit('settings', SETTINGS, settings);
}
