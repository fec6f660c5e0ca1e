import { KnownHost } from '../../../intent/egress-intent';
import { selects } from '../../../intent/ports';
import { Labels } from '../../../intent/workload';
import { NETWORKING_GROUP } from '../../../istio/manifest';
import { ServiceEntrySpec } from '../../../istio/service-entry';
import { hostOfService } from '../../../policy/workloads/host-name';
import { list, object, record, text } from '../../../util/shape';
import { commaSeparated, few, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedBounds } from '../index/egress-boundaries';
import { WrittenManifest } from '../index/tree';
import { World } from '../index/world';
import { writtenIn } from '../index/written';

/** What makes addresses or hosts known to all sidecars. */
interface Made {
  /** Where it stands. */
  readonly path: string;
  /** What it is, and what it makes known, for messages. */
  readonly what: string;
}

/** The namespace of the control plane is known as a whole, and so is each host that somebody makes known there, and whatever address stands behind a Service of it without being one of its pods. */
export function madeKnownInRoot(own: StatedBounds, hosts: readonly KnownHost[], world: World): Problem[] {
  const stated = hosts.map(({ host }) => host);
  const services = servicesOfRoot(world).filter(({ exportTo, name }) => isSeen(exportTo, own) && !stated.includes(hostIn(world, name)));
  const all = [
    ...entries(own, stated, world), ...otherNames(services), ...withoutPods(services), ...machines(services, world),
    ...endpointsByHand(services, stated, world),
  ];
  return all.map(({ path, what }) => ({
    message: `${what} known to all sidecars, as those within know the namespace of the control plane as a whole, while no intent states it; take it out there, and state who may reach the host by an EgressAccess`,
    cause: `known by ${path} ${what}`,
  }));
}

function isSeen(exportTo: readonly string[] = [], { within }: StatedBounds): boolean {
  return exportTo.length === 0 || exportTo.some(place => place === '*' || place === within);
}

function hostIn({ mesh: { rootNamespace } }: World, name: string): string { return hostOfService({ namespace: rootNamespace, name }); }

function entries(own: StatedBounds, stated: readonly string[], world: World): Made[] {
  const { rootNamespace } = world.mesh;
  return writtenIn<ServiceEntrySpec>({ namespace: rootNamespace, group: NETWORKING_GROUP, kind: 'ServiceEntry' }, world)
    .filter(({ spec: { exportTo, hosts = [] } }) => isSeen(exportTo, own) && hosts.some(host => !stated.includes(host)))
    .map(({ object: { node: { path } }, name, spec: { hosts = [] } }) => ({ path, what: `ServiceEntry '${rootNamespace}/${name}' at '${path}' makes ${few(hosts)}` }));
}

const SERVICE = object({
  metadata: object({ annotations: record(text) }), spec: object({ type: text, externalName: text, selector: record(text) }),
});

/** A Service of the namespace of the control plane. */
interface RootService {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly selector: Labels;
  readonly externalName?: string;
  readonly exportTo?: readonly string[];
}

/** By which a Service is exported, as a ServiceEntry is by its field. */
const EXPORT_TO = 'networking.istio.io/exportTo';

function servicesOfRoot(world: World): RootService[] {
  return inRoot('core/Service', world).map(({ name, object: { node: { path } }, manifest }) => {
    const { metadata: { annotations = {} } = {}, spec: { type, externalName, selector = {} } = {} } = SERVICE(manifest) ?? {};
    const exportTo = annotations[EXPORT_TO];
    return {
      name,
      path,
      selector,
      title: `Service '${world.mesh.rootNamespace}/${name}' at '${path}'`,
      exportTo: exportTo === undefined ? undefined : commaSeparated(exportTo),
      externalName: type === 'ExternalName' ? externalName : undefined,
    };
  });
}

function inRoot(kind: string, { tree, mesh: { rootNamespace } }: World): WrittenManifest[] {
  return tree.written(kind).filter(({ namespace }) => namespace === rootNamespace);
}

function otherNames(services: readonly RootService[]): Made[] {
  return services.flatMap(({ title, path, externalName }) => externalName === undefined ? [] : [{ path, what: `${title} makes ${quoted(externalName)}` }]);
}

/** What is behind one that selects nothing somebody says by hand, in the app or not. */
function withoutPods(services: readonly RootService[]): Made[] {
  return services.filter(({ externalName, selector }) => externalName === undefined && Object.keys(selector).length === 0)
    .map(({ title, path }) => ({ path, what: `${title}, which selects no pods, makes whatever addresses somebody gives it` }));
}

const MACHINE = object({ spec: object({ address: text, labels: record(text), metadata: object({ labels: record(text) }) }) });

/** Machines are behind a Service as pods are, by the labels that a WorkloadEntry gives them, or the WorkloadGroup by which they register. */
function machines(services: readonly RootService[], world: World): Made[] {
  return ['WorkloadEntry', 'WorkloadGroup'].flatMap(kind => inRoot(`${NETWORKING_GROUP}/${kind}`, world).flatMap(({ name, object: { node: { path } }, manifest }) => {
    const { address, labels = {}, metadata = {} } = MACHINE(manifest)?.spec ?? {};
    const behind = services.find(({ selector }) => selects(selector, { ...labels, ...metadata.labels }));
    return behind ? [{ path, what: `${kind} '${world.mesh.rootNamespace}/${name}' at '${path}' makes ${address === undefined ? 'machines' : quoted(address)}, behind ${behind.title},` }] : [];
  }));
}

const SLICE = object({
  metadata: object({ labels: record(text) }),
  endpoints: list(object({ addresses: list(text) })),
  subsets: list(object({ addresses: list(object({ ip: text })) })),
});

/** Addresses that are written by hand stand behind a Service beside its pods, also behind one that the app does not have. */
function endpointsByHand(services: readonly RootService[], stated: readonly string[], world: World): Made[] {
  const hidden = servicesOfRoot(world).map(({ name }) => name).filter(name => !services.some(service => service.name === name));
  return ['discovery.k8s.io/EndpointSlice', 'core/Endpoints'].flatMap(kind => inRoot(kind, world).flatMap(({ name, object: { node: { path }, kind: given }, manifest }) => {
    const { metadata: { labels = {} } = {}, endpoints = [], subsets = [] } = SLICE(manifest) ?? {};
    const service = kind === 'core/Endpoints' ? name : labels['kubernetes.io/service-name'];
    const ofSubsets = subsets.flatMap(one => (one.addresses ?? []).flatMap(({ ip }) => ip ?? []));
    const addresses = [...endpoints.flatMap(one => one.addresses ?? []), ...ofSubsets];
    const isKnown = service === undefined || addresses.length === 0 || hidden.includes(service) || stated.includes(hostIn(world, service));
    return isKnown ? [] : [{ path, what: `${given.replace(/List$/, '')} '${world.mesh.rootNamespace}/${name}' at '${path}' makes ${few(addresses)}, behind Service '${service}',` }];
  }));
}
