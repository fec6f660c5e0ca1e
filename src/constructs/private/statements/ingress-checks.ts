import { IConstruct } from 'constructs';
import { checkGatewayBeside } from './gateway-neighbours';
import { AccessThrough, letInByOthers } from './ingress-overlaps';
import { ingressesBeside } from './kubernetes-ingress';
import { ledAsConnections } from './led-as-connections';
import { ledByOthers } from './led-by-others';
import { servedInTheClear } from './redirected';
import { containsPath } from '../../../intent/containment';
import { IngressAccessIntent, IngressGatewayData, IngressRouteData } from '../../../intent/ingress-intent';
import { quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { World } from '../index/world';

/** By which Istio makes the pods of a Gateway run as another account. */
export const GATEWAY_ACCOUNT = 'gateway.istio.io/service-account';

/** What only the whole app shows to be wrong with a gateway. */
export function checkIngressGateway(gateway: IngressGatewayData, own: IConstruct, world: World): Problem[] {
  const ofPods = [...otherHops(gateway, world), ...otherAccount(gateway, world)];
  return [...checkGatewayBeside(gateway, own, world), ...ofPods, ...servedInTheClear(gateway, world), ...ingressesBeside(gateway, world)];
}

/** The number of proxies is a setting of the pods, and of the mesh where they say nothing. */
function otherHops({ pods, numTrustedProxies, path }: IngressGatewayData, world: World): string[] {
  if (!pods || pods.kind === 'Pods' || pods.pod.annotations['proxy.istio.io/config'] !== undefined) { return []; }
  const ofMesh = world.mergedMeshConfig.config.numTrustedProxies ?? 0;
  return ofMesh === numTrustedProxies ? [] : [`numTrustedProxies of ${quoted(path)} must be what its pods go by, got ${numTrustedProxies}, and the ZeroTrustMesh says ${ofMesh}; state the same there, or by the annotation `
    + `proxy.istio.io/config: '{"gatewayTopology":{"numTrustedProxies":${numTrustedProxies}}}' of the pods`];
}

interface Annotated { readonly metadata?: { readonly annotations?: { readonly [name: string]: unknown } } }

/** Workloads let in the account that is stated, and Istio runs the pods of a Gateway as that which it says. */
function otherAccount({ pods, isExisting, namespace, name, serviceAccount, path }: IngressGatewayData, { tree }: World): string[] {
  if (pods || !isExisting) { return []; }
  const object = tree.objectsIn(namespace, 'gateway.networking.k8s.io/Gateway').find(one => one.name === name);
  const manifest = object && tree.manifest(object) as Annotated | undefined;
  const account = manifest?.metadata?.annotations?.[GATEWAY_ACCOUNT];
  return account === undefined || account === serviceAccount ? [] : [`serviceAccount of ${quoted(path)} must be that of the Gateway, got ${quoted(serviceAccount)}, while '${object!.node.path}' says '${String(account)}'; state the same`];
}

/** What only the whole app shows to be wrong with an access through a gateway, where others were made before it. */
export function checkIngressAccess(
  own: AccessThrough,
  gateway: IConstruct, { before, all }: { readonly before: readonly AccessThrough[]; readonly all: readonly AccessThrough[] }, world: World,
): Problem[] {
  if (!world.tree.holds(gateway) || !world.tree.constructs.includes(gateway)) {
    return [`gateway must be of the same cluster, got '${gateway.node.path}', which is of another, of another App, or was taken out; describe it there by new IngressGateway(…, { existing: true, … })`];
  }
  const { intent } = own;
  const elsewhere = ledElsewhere(own.construct, intent, before);
  const byAccesses = elsewhere.length > 0 ? elsewhere : letInByOthers(own, before);
  return [...byAccesses, ...ledByOthers(own, all, world), ...ledAsConnections(own, world), ...translatedAddresses(intent, world)];
}

/** Of VirtualServices for one host nobody knows which is asked first, but that those for all paths come last; routes of the Gateway API are asked by their precision. */
function ledElsewhere(own: IConstruct, { hosts, routes, gateway }: IngressAccessIntent, before: readonly AccessThrough[]): string[] {
  const collides = gateway.pods ? overlap : isSamePath;
  const within = routes.flatMap((route, i) => routes.slice(0, i).flatMap(other => collision(route, other, collides)))
    .map(paths => complaint(own, own, paths, gateway));
  const among = before.flatMap(({ construct, intent: other }) => {
    if (!other.hosts.some(host => hosts.some(one => one.toLowerCase() === host.toLowerCase()))) { return []; }
    return routes.flatMap(route => other.routes.flatMap(one => collision(route, one, collides)))
      .map(paths => complaint(own, construct, paths, gateway));
  });
  return [...within, ...among].slice(0, 1);
}

type Collides = (one: string, other: string) => boolean;

function isSamePath(one: string, other: string): boolean { return one === other || (isAll(one) && isAll(other)); }

function overlap(one: string, other: string): boolean {
  return isAll(one) && isAll(other) || (!isAll(one) && !isAll(other) && (containsPath(one, other) || containsPath(other, one)));
}

function isAll(path: string): boolean { return path === '*' || path === '/*'; }

function collision(route: IngressRouteData, other: IngressRouteData, collides: Collides): [string, string][] {
  const isElsewhereLed = route.port !== other.port || route.service.name !== other.service.name
    || route.service.namespace !== other.service.namespace;
  if (!isElsewhereLed) { return []; }
  return route.paths.flatMap(one => other.paths.filter(path => collides(one, path)).map((path): [string, string] => [one, path]));
}

function complaint(own: IConstruct, other: IConstruct, [one, path]: readonly [string, string], { pods }: IngressGatewayData): string {
  const why = pods ? 'of which Istio asks one first, and no manifest shows which' : 'of which Istio takes the older';
  return `paths must lead to one workload, got '${one}', while ${own === other ? 'another operation' : `'${other.node.path}'`} leads '${path}' elsewhere, ${why}; name paths that do not overlap${pods ? ', or use a gateway of the Gateway API, where the more precise counts' : ''}`;
}

/** Nodes put their own address in place of the client's, unless each keeps what it is sent. */
function translatedAddresses({ clients: { networks }, gateway: { pods, numTrustedProxies } }: IngressAccessIntent, { tree }: World): string[] {
  if (networks.length === 0 || numTrustedProxies > 0 || !pods) { return []; }
  return tree.objectsIn(pods.namespace, 'core/Service').flatMap(object => {
    const { spec = {} } = (tree.manifest(object) ?? {}) as { readonly spec?: { readonly type?: string; readonly externalTrafficPolicy?: string } };
    const isTranslated = pods.services.some(({ name }) => name === object.name) && ['LoadBalancer', 'NodePort'].includes(spec.type ?? '') && spec.externalTrafficPolicy !== 'Local';
    return isTranslated ? [`networks need the addresses of clients, and Service ${quoted(object.node.path)} has nodes put their own in place of them; set its externalTrafficPolicy: Local, or count the proxies in front by numTrustedProxies`] : [];
  });
}
