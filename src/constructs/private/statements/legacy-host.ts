import { ApiObject } from 'cdk8s';
import { meantNamespace } from './namespace-names';
import { LegacyServerData } from '../../../intent/legacy-destination-intent';
import { WrittenService } from '../../../intent/ports';
import { isIp } from '../../../util/ip';
import { misspelt } from '../../../util/misspelling';
import { quoted } from '../../../util/text';
import { World } from '../index/world';

const CLUSTER = '.svc.cluster.local';
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/;

/** Whether a host is that of a Service of the cluster. */
export function isOfCluster(host: string): boolean { return host.endsWith(CLUSTER); }

/** The host, which must be one, written in full. */
export function legacyHost(host: string): string { return outsideHost('host', host, 'state one LegacyDestination for each host'); }

/** A host that is said by some prop, which must be one, written in full. */
export function outsideHost(prop: string, host: string, cure: string): string {
  const fault = faultOf(host, cure);
  if (fault !== undefined) { throw new Error(`${prop} must be a full name of lower-case letters, digits, '-' and '.', got ${quoted(host)}; ${fault}`); }
  return host;
}

function faultOf(host: unknown, ofWildcard: string): string | undefined {
  if (typeof host !== 'string') { return 'name one host'; }
  if (isIp(host)) { return 'give the host that DNS has for it, and the address by addresses'; }
  if (host.includes('*')) { return ofWildcard; }
  if (/:\d+$/.test(host) || host.includes('/')) { return 'leave out what is not of its name; ports are said by ports'; }
  if (!host.includes('.')) { return `for a Service write NAME.NAMESPACE${CLUSTER}`; }
  if (/\.svc(\.cluster)?$/.test(host)) { return `did you mean '${host.replace(/\.svc(\.cluster)?$/, CLUSTER)}'?`; }
  const [, , word, ...rest] = host.split('.');
  if (word === 'svc' && misspelt(rest.join('.'), ['cluster.local']) !== undefined) { return `did you mean '${host.replace(/\.svc\..*/, CLUSTER)}'?`; }
  if (host.endsWith('.local') && !(isOfCluster(host) && host.split('.').length === 5)) { return `for a Service write NAME.NAMESPACE${CLUSTER}`; }
  if (NAME.test(host)) { return undefined; }
  const lower = host.toLowerCase().replace(/\.$/, '');
  return NAME.test(lower) ? `did you mean '${lower}'?` : 'correct it';
}

/** A Service of the app, as its clients know it. */
export interface FoundService {
  readonly host: string;
  readonly server: Extract<LegacyServerData, { kind: 'service' }>;
}

/** The Service that an object is by now. */
export function serviceIn(object: ApiObject, world: World): FoundService {
  const { node, metadata } = object;
  if (!world.tree.holds(object)) { throw new Error(`service must be of this app and cluster, got '${node.path}' of another; name it by host`); }
  const service = world.tree.servicesIn(metadata.namespace ?? 'default').find(({ origin }) => origin === node.path);
  if (!service) { throw new Error(`service must be a Service of the app, got '${node.path}', which was taken out; name what is not of the app by host`); }
  return found(service);
}

/** The Service of the app that has a host, if any; a slip in its name is told. */
export function serviceNamed(host: string, world: World): FoundService | undefined {
  const [name, namespace] = host.split('.');
  const all = world.tree.servicesIn(namespace);
  const service = all.find(one => one.name === name);
  if (service) { return found(service); }
  const meant = misspelt(name, all.map(one => one.name));
  if (meant !== undefined) { throw new Error(`host must be that of a Service, got ${quoted(host)}, and namespace '${namespace}' has none of that name; did you mean '${meant}.${namespace}${CLUSTER}'?`); }
  const elsewhere = meantNamespace(namespace, world, name);
  if (elsewhere !== undefined) { throw new Error(`host must be that of a Service, got ${quoted(host)}, and this app has no namespace '${namespace}'; did you mean '${name}.${elsewhere}${CLUSTER}'?`); }
  return undefined;
}

/** The Service of the app of which a host is a shorter name, by which pods call it, or pods behind it. */
export function shortNameOf(host: string, world: World): string | undefined {
  const labels = host.split('.');
  const [name, namespace] = labels.slice(-2);
  const service = world.tree.servicesIn(namespace).find(one => one.name === name && (labels.length === 2 || one.headless));
  return service && `${host}${CLUSTER}`;
}

function found({ name, namespace, ports, origin, externalName }: WrittenService): FoundService {
  if (externalName !== undefined) {
    throw new Error(`service '${origin}' must be more than another name, for which no DestinationRule counts, got one for ${quoted(externalName)}; name that by host, and have clients call it`);
  }
  const numbers = ports.filter(({ transport }) => transport === 'TCP').map(({ port }) => port);
  if (numbers.length === 0) { throw new Error(`service '${origin}' must have a TCP port, and has none; name what it leads to by host`); }
  return { host: `${name}.${namespace}${CLUSTER}`, server: { kind: 'service', namespace, name, ports: numbers } };
}
