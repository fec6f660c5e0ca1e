import { IConstruct } from 'constructs';
import { meantNamespace } from './namespace-names';
import { AuthorizerProviderData } from '../../../intent/extension-provider';
import { ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { WaypointFacts } from '../../../intent/mesh';
import { isHttp2, protocolOf } from '../../../intent/protocol';
import { WorkloadFacts } from '../../../intent/workload';
import { Manifest, NETWORKING_GROUP } from '../../../istio/manifest';
import { SERVICE_NAME } from '../../../policy/workloads/label-names';
import { misspelt } from '../../../util/misspelling';
import { quoted } from '../../../util/text';
import { allServicesIn, authorizersIn, CLUSTER, leadsTo, placeOf, serviceOf, StatedAuthorizer } from '../index/authorizers';
import { Problem } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';

/** Whether a waypoint asks an authorizer that some pods are. */
export function isAskedBy({ namespace, name }: WaypointFacts, pods: WorkloadFacts, world: World): boolean {
  return authorizersIn(world).some(({ intent }) => {
    const { waypoint } = intent.namespace;
    return waypoint?.namespace === namespace && waypoint.name === name && leadsTo(intent.provider, pods, world);
  });
}

/** What only the whole app shows to be wrong with an authorizer of a workload. */
export function checkAuthorizer(intent: ExternalAuthorizationIntent, own: IConstruct, world: World): Problem[] {
  const others = authorizersIn(world).filter(({ path }) => path !== own.node.path);
  return [
    ...otherAuthorizers(intent, others, world), ...asksItself(intent, others, world),
    ...unknownService(intent, world), ...answeredByOthers(intent, world),
  ];
}

/** Of several providers at one proxy Istio takes none; and what one leaves unasked another would ask about. */
function otherAuthorizers({ target, provider }: ExternalAuthorizationIntent, others: readonly StatedAuthorizer[], world: World): Problem[] {
  const here = others.filter(({ intent }) => intent.target.namespace === target.namespace && StatedIntents.of(world).meet(intent.target, target));
  return here.map(({ path, intent }) => ({
    message: intent.provider.name === provider.name
      ? `'${target.path}' must have one ExternalAuthorization, and '${path}' is for it too, by which what one leaves unasked is asked about; state the ports and unasked operations of both in one`
      : `'${target.path}' must have one authorizer, got ${quoted(provider.name)} and, by '${path}', ${quoted(intent.provider.name)}; of two Istio asks none and refuses all that it would ask about: keep one`,
    cause: `several authorizers of ${target.path}`,
  }));
}

/** To ask an authorizer that is itself asked about would take an answer that waits for itself. */
function asksItself(intent: ExternalAuthorizationIntent, others: readonly StatedAuthorizer[], world: World): string[] {
  const { target, provider } = intent;
  const seen = new Set<string>();
  const leadsBack = (asked: AuthorizerProviderData): boolean => {
    if (seen.has(asked.service)) { return false; }
    seen.add(asked.service);
    return leadsTo(asked, target, world) || others.some(other => leadsTo(asked, other.intent.target, world) && leadsBack(other.intent.provider));
  };
  return leadsBack(provider) ? [`workload must not be the authorizer that is asked about it, got ${quoted(target.path)}, to which ${quoted(provider.service)} of provider ${quoted(provider.name)} leads: `
    + 'an answer would wait for itself; say by a ServiceAccess who may call it'] : [];
}

/** What istiod does not find nobody can ask: all is refused. */
function unknownService({ provider }: ExternalAuthorizationIntent, world: World): string[] {
  const { namespace, name } = placeOf(provider);
  const meant = meantHost(provider, world);
  if (meant !== undefined) { return [`service of provider ${quoted(provider.name)} must be one that there is, got ${quoted(provider.service)}; did you mean ${quoted(meant)}?`]; }
  const service = serviceOf(provider, world);
  if (!service) { return []; }
  const port = service.ports.find(one => one.port === provider.port);
  if (!port) {
    return [`port of provider ${quoted(provider.name)} must be one of Service '${namespace}/${name}', got ${provider.port}; it has ${service.ports.map(one => one.port).join(', ')}`];
  }
  const isSpoken = provider.kind !== 'extAuthzGrpc' || isHttp2(port) || protocolOf(port) === 'undeclared' || isUpgraded(world);
  return isSpoken ? [] : [`port of provider ${quoted(provider.name)} must be declared gRPC for an authorizer over gRPC, got ${provider.port} of Service '${namespace}/${name}', declared `
    + `${quoted(port.appProtocol ?? port.name)}, to which proxies speak no HTTP/2, so that nothing passes; name the port grpc, or give it appProtocol: grpc`];
}

/** What else there is behind its Service decides as well; of a host that several namespaces have istiod takes none. */
function answeredByOthers({ provider }: ExternalAuthorizationIntent, world: World): string[] {
  const { namespace, name } = placeOf(provider);
  if (namespace === undefined || !serviceOf(provider, world)) { return []; }
  const [host, given] = provider.service.split('/').reverse();
  const written = (kind: string) => world.tree.written(kind).map(one => ({ ...one, namespace: one.namespace ?? 'default' }));
  const entries = written(`${NETWORKING_GROUP}/ServiceEntry`).filter(one => [undefined, one.namespace].includes(given) && hostsOf(one.manifest).includes(host));
  const slices = written('discovery.k8s.io/EndpointSlice').filter(one => one.namespace === namespace && one.manifest.metadata.labels?.[SERVICE_NAME] === name);
  return [
    ...entries.map(one => `the host of provider ${quoted(provider.name)} must be that of Service '${namespace}/${name}' alone, got ServiceEntry '${one.namespace}/${one.name}' at '${one.object.node.path}' of the same host, `
      + 'by which others would answer, or nobody is found to ask, and all is refused; take it out'),
    ...slices.map(one => `Service '${namespace}/${name}' of provider ${quoted(provider.name)} must lead to its pods alone, got EndpointSlice '${one.namespace}/${one.name}' at '${one.object.node.path}', `
      + 'by which others would decide as well; take it out'),
  ];
}

/** Somebody has proxies speak HTTP/2 to ports of HTTP. */
function isUpgraded({ tree }: World): boolean {
  const written = tree.objects.filter(({ kind }) => ['DestinationRule', 'IstioOperator', 'Istio', 'ConfigMap'].includes(kind) || kind.endsWith('List'));
  return written.some(object => JSON.stringify(tree.manifest(object))?.includes('h2UpgradePolicy'));
}

/** The host that was meant by one that istiod does not know: it takes whole hosts only, in the namespace that is given with them. */
function meantHost({ service }: AuthorizerProviderData, world: World): string | undefined {
  const [given, host] = service.includes('/') ? service.split('/') : [undefined, service];
  const [name, namespace = '', ...rest] = host.split('.');
  const isWhole = rest.join('.') === CLUSTER;
  const isMeantSo = isWhole || ['', 'svc', 'svc.cluster'].includes(rest.join('.')) || misspelt(rest.join('.'), [CLUSTER]) !== undefined;
  if (!isMeantSo || hasEntry(host, world)) { return undefined; }
  const services = allServicesIn(namespace, world).map(one => one.name);
  const known = services.includes(name) ? name : misspelt(name, services);
  const elsewhere = services.length === 0 ? meantNamespace(namespace, world, name) : undefined;
  if (known === undefined && elsewhere === undefined && !isWhole) { return undefined; }
  const meant = `${known ?? name}.${elsewhere ?? namespace}.${CLUSTER}`;
  const written = given === undefined ? meant : `${elsewhere ?? namespace}/${meant}`;
  return written === service ? undefined : written;
}

/** Whether a ServiceEntry of the app has a host. */
function hasEntry(host: string, { tree }: World): boolean {
  return tree.written(`${NETWORKING_GROUP}/ServiceEntry`).some(({ manifest }) => hostsOf(manifest).includes(host));
}

function hostsOf({ spec }: Manifest): readonly unknown[] {
  const { hosts } = (spec ?? {}) as { readonly hosts?: unknown };
  return Array.isArray(hosts) ? hosts : [];
}
