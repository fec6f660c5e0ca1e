import { ApiObject, ApiObjectMetadata, App, Chart } from 'cdk8s';
import { DataPlane, MtlsMigration, MtlsStage, MutualTlsMode, NetworkPolicies, Principal, PublicGateway, Quarantine, SecurityTelemetry, Waypoint, ZeroTrustMesh, ZeroTrustNamespace, ZeroTrustNamespaceProps } from 'cdk8s-zero-trust';
import { addAuthorizers } from './authorizers';
import { addEgress } from './egress';
import { addIngress } from './ingress';
import { addIntents } from './intents';
import { addLegacyDestinations } from './legacy';
import { addFaults, addProtections } from './protection';
import { Random } from './random';
import { addResources } from './resources';
import { addWorkload, Placed } from './workloads';
import { isAtLeast, OLDEST_VERSION } from '../../src/istio/versions';

/** A namespace of a generated app. */
export interface Site {
  readonly name: string;
  readonly plane: 'sidecar' | 'ambient' | 'waypoint';
  readonly chart: Chart;
  readonly placed: readonly Placed[];
  /** Whether what is sent to pods passes the waypoint as well. */
  readonly isForPods: boolean;
  /** What is called passes, where it is in ambient and has them. */
  readonly waypoints: Waypoints;
}

const VERSIONS = ['1.24', '1.24', '1.24', '1.24.6', '1.25', '1.27', '1.28.3', '1.30.2', '1.31', '1.32', '1.32'];
const NAMESPACES = ['shop', 'pay', 'ops-1'];

/** Builds an app of all intents and resources with any of their options; what is drawn fits the place where it must be enforced. */
export function addGenerated(app: App, random: Random): void {
  const mesh = addMesh(app, random);
  const names = random.some(NAMESPACES);
  const planes = names.map(() => random.one(['sidecar', 'ambient', 'waypoint'] as const));
  const shared = names.findIndex((_, index) => planes[index] === 'waypoint' && planes[index + 1] === 'waypoint' && random.chance(0.3));
  const sites = names.map((name, index): Site => {
    const chart = new Chart(app, name, { namespace: name, ...random.maybe(() => ({ labels: { 'example.com/app': 'yes' } })) });
    const plane = planes[index];
    const placed = random.times(1 + random.below(3), number => addWorkload(chart, `${random.one(['web', 'api', 'db'])}-${number}`, random));
    const isForPods = index !== shared && index !== shared + 1 && placed.every(({ way }) => way === 'cluster') && random.chance(0.4);
    const common = shared >= 0 && index === shared + 1 ? Waypoint.existing(names[shared], 'common') : undefined;
    const ofServices = common && random.chance(0.5) ? servicesPassing(placed, common, random) : undefined;
    const waypoint = isForPods ? Waypoint.create({ forPods: true }) : index === shared ? Waypoint.create({ name: 'common', usedBy: [names[index + 1]] })
      : common && !ofServices ? common : random.one([Waypoint.create(), Waypoint.create({ name: 'wp' }), Waypoint.existing('infra', 'wp')]);
    const waypoints = plane === 'waypoint' ? { waypoint, ...isForPods ? {} : ofServices ?? ownWaypoints(placed, random) } : {};
    addNamespace(chart, name, plane, mesh.dataPlane, waypoints, random);
    return { name, plane, chart, placed, isForPods: isForPods && plane === 'waypoint', waypoints };
  });
  addIntents(sites, mesh, random);
  if (mesh.isStated && random.chance(0.3)) { addSecurityTelemetry(app, random); }
  if (mesh.isStated) { addAuthorizers(sites, mesh, random); }
  for (const site of sites) {
    addLegacyDestinations(site, mesh, random);
    addEgress(site, sites, random);
    addIngress(site, mesh, random);
    addProtections(site, random);
    if (mesh.isStated) { addFaults(site, random); }
  }
  if (!mesh.deniesByDefault) { addMigration(app, random); }
  const isKnown = isAtLeast(mesh.istioVersion, '1.25') || sites.every(({ plane }) => plane !== 'waypoint');
  if (isKnown && random.chance(0.3)) { addQuarantine(random.one(sites), random); }
}

function addSecurityTelemetry(app: App, random: Random): void {
  new SecurityTelemetry(new Chart(app, 'telemetry'), 'security', {
    ...random.maybe(() => ({ providerName: 'siem', keepProviders: ['envoy'] })),
    ...random.maybe(() => ({ logTokenSubject: { reason: 'fraud' } })),
    ...random.maybe(() => ({ alerts: {}, dashboard: {} })),
    ...metadata('security', random),
  });
}

/** It may be of a workload or of an account; accesses stay as they are. */
function addQuarantine({ name, chart, placed }: Site, random: Random): void {
  // of several workloads some may share an account; one with a boundary of its own is not cut off from it
  const isAlone = placed.length === 1 && !chart.node.tryFindChild('egress-alone');
  const cut = random.one([...isAlone ? [{ workload: placed[0].workload }] : [], { account: Principal.serviceAccount(name, 'web', { reason: 'may be there' }) }]);
  new Quarantine(chart, 'incident', { ...cut, reason: 'calls an unknown host', ...random.maybe(() => ({ incident: 'INC-1' })), ...metadata(`${name}-incident`, random) });
}

/** Builds an app of resources as users write them by hand, apart from the intents that they would defeat; in a mesh of some version, which keeps them from letting plaintext in. */
export function addWrittenByHand(app: App, random: Random): void {
  const istioVersion = random.one(VERSIONS);
  const hasMesh = random.chance(0.5);
  if (hasMesh) { new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { istioVersion, dataPlane: random.one([DataPlane.SIDECAR, DataPlane.AMBIENT]) }); }
  const modes = hasMesh ? [MutualTlsMode.STRICT] : Object.values(MutualTlsMode);
  addResources(new Chart(app, 'resources', { namespace: 'resources' }), { istioVersion: hasMesh ? istioVersion : OLDEST_VERSION, modes }, random);
}

/** Namespaces that join the mesh, which is STRICT already. */
function addMigration(app: App, random: Random): void {
  if (random.chance(0.5)) { return; }
  const stages = ['joining', 'old-1'].map(name => ({ name, stage: random.one([MtlsStage.OBSERVE, MtlsStage.PERMISSIVE]) }));
  new MtlsMigration(new Chart(app, 'migration'), 'migration', {
    namespaces: [
      ...stages.map(({ name, stage }) => ({ name, stage, ...stage === MtlsStage.OBSERVE ? {} : { reason: 'observed "elsewhere"' }, ...random.maybe(() => ({ peerAuthenticationName: 'mtls' })) })),
      { name: 'joined', stage: MtlsStage.STRICT, reached: MtlsStage.PERMISSIVE },
    ],
    ...app.node.tryFindChild('mesh') ? { allowStrictMesh: { reason: 'the mesh is STRICT' } } : {},
    ...metadata('migration', random),
  });
}

export interface DrawnMesh {
  /** Whether the app states it, and with it by which day it is judged what has expired, and how settings get to istiod. */
  readonly isStated: boolean;
  readonly istioVersion: string;
  readonly dataPlane: DataPlane;
  /** Whether nothing is allowed that no policy allows, so that no namespace of it can be but observed. */
  readonly deniesByDefault: boolean;
}

function addMesh(app: App, random: Random): DrawnMesh {
  if (random.chance(0.1)) { return { isStated: false, istioVersion: OLDEST_VERSION, dataPlane: DataPlane.SIDECAR, deniesByDefault: false }; } // the defaults, without a construct
  const mesh = { istioVersion: random.one(VERSIONS), dataPlane: random.one([DataPlane.SIDECAR, DataPlane.AMBIENT]) };
  const denying = random.maybe(() => ({ defaultDeny: true, publicGateways: gateways(random) }));
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', {
    ...mesh,
    asOf: '2026-01-01',
    ...random.maybe(() => ({ trustDomain: random.one(['prod.example.com', 'td', '1.2']) }), 0.6),
    ...random.maybe(() => ({ trustDomainAliases: ['old.example'] })),
    ...random.maybe(() => ({ rootNamespace: 'mesh-root' })),
    ...random.maybe(() => ({ istioNamespace: 'control-plane' })),
    ...random.maybe(() => ({ networkPolicies: networkPolicies(random) })),
    ...denying,
    ...metadata('mesh', random),
  });
  return { ...mesh, isStated: true, deniesByDefault: 'defaultDeny' in denying };
}

function gateways(random: Random): PublicGateway[] {
  return random.chance(0.2) ? [] : random.some([
    PublicGateway.classic({ namespace: 'edge', labels: { 'istio': 'ingressgateway', 'example.com/tier': '1' }, ports: random.some([8080, 8443]), reason: 'the shop is public' }),
    PublicGateway.gatewayApi({ namespace: 'edge', name: 'public', ports: [443], reason: 'the shop is public' }),
  ]);
}

type Waypoints = Pick<ZeroTrustNamespaceProps, 'waypoint' | 'serviceWaypoints'>;

/** Services of the app may pass one of their own, made here or there already. */
function ownWaypoints(placed: readonly Placed[], random: Random): Waypoints {
  return random.chance(0.5) ? {} : servicesPassing(placed, random.one([Waypoint.create(), Waypoint.create({ name: 'own' }), Waypoint.existing('infra', 'own')]), random) ?? {};
}

/** Some Services of the app that pass a waypoint; undefined where none can. */
function servicesPassing(placed: readonly Placed[], waypoint: Waypoint, random: Random): Waypoints | undefined {
  const names = placed.filter(({ way, isElsewhere }) => way === 'cluster' && !isElsewhere).map(({ name }) => name);
  return names.length === 0 ? undefined : { serviceWaypoints: [{ services: random.some(names), waypoint }] };
}

function addNamespace(chart: Chart, name: string, plane: Site['plane'], ofMesh: DataPlane, waypoints: Waypoints, random: Random): void {
  const dataPlane = plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT;
  new ZeroTrustNamespace(chart, 'baseline', {
    ...random.one([() => ({ name }), () => ({ name, exists: true }), () => ({ namespace: adopted(chart, name) })])(),
    ...dataPlane === ofMesh && random.chance(0.5) ? {} : { dataPlane },
    ...waypoints,
    ...random.maybe(() => ({ revision: '1-32-0' })),
    ...random.maybe(() => ({ networkPolicies: random.one([() => networkPolicies(random), () => NetworkPolicies.none()])() })),
    ...random.maybe(() => ({
      metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus'), Principal.namespace('tracing', { reason: 'one account for each collector' })],
      ...random.maybe(() => ({ metricsPorts: [15014] })),
      ...plane === 'sidecar' ? random.maybe(() => ({ metricsPath: '/stats/prometheus' })) : {},
    })),
    ...metadata(name, random),
  });
}

/** Callers of other meshes are drawn as well, and must be from somewhere: some of it from wherever accesses ask them to be. */
function networkPolicies(random: Random): NetworkPolicies {
  const elsewhere = { otherClusters: ['10.8.0.0/14', '192.0.2.0/24', '2001:db8::1'] };
  return random.chance(0.5) ? NetworkPolicies.forIngress(elsewhere)
    : NetworkPolicies.forIngressAndEgress({ ...elsewhere, ...random.maybe(() => ({ dnsNamespace: 'dns', dnsLabels: { app: 'dns' }, dnsPorts: [5353], dnsAddresses: ['169.254.20.10'] })) });
}

function adopted(chart: Chart, name: string): ApiObject {
  return new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Metadata as users add it, with a name of its own now and then. */
export function metadata(name: string, random: Random): { metadata?: ApiObjectMetadata } {
  return random.maybe(() => ({
    metadata: {
      ...random.maybe(() => ({ name: `${name}-named` })),
      labels: { 'team': 'a', 'app.kubernetes.io/version': '1.10' },
      annotations: { 'example.com/note': 'yes: "quoted" & {braces}\nand more' },
    },
  }), 0.15);
}
