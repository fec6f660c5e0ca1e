import { ConfigPatch, matchedFilter, MERGES, strips } from './envoy-patches';
import { isObject } from '../util/shape';
import { quoted } from '../util/text';

/** A proxy that keeps in what is sent: the sidecar of a client, for what it sends; a gateway or a waypoint, for all that passes it. */
export type KeepingProxy = 'sidecar' | 'gateway' | 'waypoint';

/** The contexts whose patches are for a proxy, beside ANY; of a waypoint all that are for no other. */
const CONTEXTS: Readonly<Record<KeepingProxy, readonly string[]>> = {
  sidecar: ['SIDECAR_OUTBOUND'],
  gateway: ['GATEWAY'],
  waypoint: ['SIDECAR_INBOUND', 'WAYPOINT'],
};

/**
 * What of an EnvoyFilter has a proxy send elsewhere than Istio's configuration says, or let in whom that keeps out: the patch in words, undefined where there is none.
 *
 * What is not known to be harmless counts: listeners, chains, routes and clusters are Istio's alone, and only settings of them that lead nowhere may be merged in.
 */
export function undoneBy(patches: readonly (ConfigPatch | undefined)[], proxy: KeepingProxy): string | undefined {
  for (const written of patches) {
    if (!written || !isFor(written, proxy)) { continue; }
    const change = changeOf(written) ?? (proxy !== 'sidecar' && strips(written) ? '' : undefined);
    if (change !== undefined) { return `${written.applyTo}, ${written.patch?.operation}${change}`; }
  }
  return undefined;
}

/** What comes in is no matter of what a sidecar sends. */
const INBOUND = /"(inbound\||virtualInbound|InboundPassthrough)|"portNumber":15006\b/;

/** One without an operation does nothing. */
function isFor({ applyTo, match, patch }: ConfigPatch, proxy: KeepingProxy): boolean {
  if (patch?.operation === undefined) { return false; }
  const context = isObject(match) ? match.context : undefined;
  const isMatched = applyTo === 'BOOTSTRAP' || context === undefined || context === 'ANY' || CONTEXTS[proxy].includes(String(context));
  return isMatched && !(proxy === 'sidecar' && INBOUND.test(JSON.stringify(match) ?? ''));
}

/** What a patch changes of the way, as ` of 'FIELD'` or nothing to be said of it; undefined where it changes nothing of it. */
function changeOf({ applyTo, match, patch = {} }: ConfigPatch): string | undefined {
  const { operation = '', value } = patch;
  const isMerge = MERGES.includes(operation);
  switch (applyTo) {
    case 'LISTENER':
    case 'FILTER_CHAIN':
    case 'VIRTUAL_HOST':
    case 'HTTP_ROUTE':
    case 'ROUTE_CONFIGURATION': return isMerge ? leading(value, HARMLESS[applyTo]) : '';
    case 'CLUSTER': return isMerge ? leading(value, HARMLESS.CLUSTER) : operation === 'ADD' ? rivalOf(value) : '';
    case 'BOOTSTRAP': return leading(value, HARMLESS.BOOTSTRAP);
    case 'LISTENER_FILTER': return '';
    case 'NETWORK_FILTER': return networkFilter(operation, value);
    case 'HTTP_FILTER': return httpFilter(operation, match, value);
    case 'EXTENSION_CONFIG': return isSending(value) ? '' : undefined;
    default: return undefined;
  }
}

/** Fields that may be merged in, in small letters without underscores; those of a field that has some of its own. */
interface Fields { readonly [field: string]: Fields | true }

function fields(names: string): Fields { return Object.fromEntries(names.split(' ').map(name => [name, true as const])); }

const HEADERS = 'requestheaderstoadd requestheaderstoremove responseheaderstoadd responseheaderstoremove typedperfilterconfig metadata';

const HARMLESS = {
  LISTENER: fields('accesslog perconnectionbufferlimitbytes socketoptions tcpbacklogsize connectionbalanceconfig statprefix metadata listenerfilterstimeout enablereuseport'),
  FILTER_CHAIN: fields('transportsocketconnecttimeout metadata'),
  ROUTE_CONFIGURATION: fields(`${HEADERS} maxdirectresponsebodysizebytes`),
  VIRTUAL_HOST: fields(`${HEADERS} ratelimits retrypolicy hedgepolicy cors includerequestattemptcount includeattemptcountinresponse perrequestbufferlimitbytes`),
  HTTP_ROUTE: {
    ...fields(`${HEADERS} decorator tracing statprefix perrequestbufferlimitbytes`),
    route: fields('timeout idletimeout retrypolicy hedgepolicy ratelimits includevhratelimits hashpolicy maxstreamduration maxgrpctimeout grpctimeoutoffset priority cors'),
  },
  CLUSTER: fields('connecttimeout perconnectionbufferlimitbytes circuitbreakers outlierdetection upstreamconnectionoptions commonhttpprotocoloptions httpprotocoloptions http2protocoloptions maxrequestsperconnection '
    + 'healthchecks respectdnsttl dnsrefreshrate dnsfailurerefreshrate dnslookupfamily dnsjitter cleanupinterval lbpolicy commonlbconfig leastrequestlbconfig roundrobinlbconfig ringhashlbconfig slowstartconfig '
    + 'typedextensionprotocoloptions preconnectpolicy trackclusterstats tracktimeoutbudgets altstatname metadata closeconnectionsonhosthealthfailure ignorehealthonhostremoval waitforwarmoninit'),
  BOOTSTRAP: { ...fields('statsconfig statssinks statsflushinterval statsserverversionoverride tracing overloadmanager layeredruntime watchdog watchdogs'), staticresources: fields('clusters secrets') },
} satisfies Readonly<Record<string, Fields>>;

/** The first field that may lead somewhere. */
function leading(value: unknown, harmless: Fields): string | undefined {
  if (!isObject(value)) { return value === undefined ? undefined : ''; }
  for (const [name, inner] of Object.entries(value)) {
    const known = harmless[plain(name)];
    if (known === undefined) { return ` of ${quoted(name)}`; }
    if (known === true && isSending(inner)) { return ` of ${quoted(name)}`; }
    const deeper = known === true ? undefined : leading(inner, known);
    if (deeper !== undefined) { return deeper; }
  }
  return undefined;
}

function plain(name: string): string { return name.replace(/_/g, '').toLowerCase(); }

/** One of its own leads nowhere until a route says so; one with the name of Istio's is there in its place. */
function rivalOf(value: unknown): string | undefined {
  const name = isObject(value) ? String(value.name) : '';
  return /^(BlackHoleCluster|PassthroughCluster|outbound)/.test(name) ? ` of ${quoted(name)}` : undefined;
}

/** Filters that send on what they get, or say to which host; also among the settings of something else. */
const SENDING = /tcp_proxy|http_connection_manager|forward_proxy|set_filter_state|\boriginal_(dst|src)\b|"http_?filters":/i;

function isSending(value: unknown): boolean { return SENDING.test(JSON.stringify(value) ?? ''); }

/** Filters of connections that send nothing on by themselves. */
const WATCHING = /\b(rbac|ext_authz|local_?rate_?limit|rate_?limit|connection_limit|wasm|metadata_exchange|stats|stackdriver)\b/i;

/** Settings of filters that send on, by which they send elsewhere. */
const DESTINATIONS = /"(cluster|weighted_?clusters|tunneling_?config|route_?config|rds|scoped_?routes|http_?filters|upgrade_?configs)":/i;

function networkFilter(operation: string, value: unknown): string | undefined {
  const [, destination] = DESTINATIONS.exec(JSON.stringify(value) ?? '') ?? [];
  if (MERGES.includes(operation)) { return destination === undefined ? undefined : ` of ${quoted(destination)}`; }
  switch (operation) {
    case 'REMOVE':
    case 'REPLACE': return '';
    default: return WATCHING.test(typeOf(value)) ? undefined : ` of ${quoted(typeOf(value))}`;
  }
}

/** The last filter of requests, which sends them on: its settings may be other ones. */
const ROUTER = /filters\.http\.router\b/;

function httpFilter(operation: string, match: unknown, value: unknown): string | undefined {
  if (isSending(value) || (!MERGES.includes(operation) && ROUTER.test(JSON.stringify(value) ?? ''))) { return ` of ${quoted(typeOf(value))}`; }
  const matched = matchedFilter('HTTP_FILTER', match);
  return ['REMOVE', 'REPLACE'].includes(operation) && (matched === undefined || ROUTER.test(matched)) ? '' : undefined;
}

/** What a filter is: Envoy goes by the type of its settings, where it has some, and not by its name. */
function typeOf(value: unknown): string {
  if (!isObject(value)) { return ''; }
  const settings = value.typed_config ?? value.typedConfig;
  if (!isObject(settings)) { return String(value.name); }
  return String(settings.type_url ?? settings.typeUrl ?? settings['@type']).replace(/^.*\//, '');
}
