import { Chart } from 'cdk8s';
import { EgressAccess, EgressBoundary, EgressGateway, EgressPort, LegacyTls, Principal, Workload } from 'cdk8s-zero-trust';
import { metadata, Site } from './apps';
import { Random } from './random';

const WHY = { reason: 'every job of it' };

/** Bounds what leaves a site with sidecars, as a whole and perhaps one workload of it by itself, and lets its workloads reach hosts outside. */
export function addEgress(site: Site, sites: readonly Site[], random: Random): void {
  const { name, plane, chart, placed } = site;
  // pods that are called by their addresses are known to no sidecar
  const isCalledByAddress = sites.some(other => other.placed.some(({ way }) => way === 'none'));
  if (plane !== 'sidecar') { addAtWaypoint(site, random); }
  if (plane !== 'sidecar' || isCalledByAddress || random.chance(0.5)) { return; }
  new EgressBoundary(chart, 'egress', { namespace: name, ...random.maybe(() => ({ otherServices: ['kubernetes.default.svc.cluster.local', 'zipkin.tracing.svc.cluster.local'] })), ...metadata(`${name}-egress`, random) });
  const callers = () => [Principal.namespace(name, WHY)];
  random.times(1 + random.below(2), number => new EgressAccess(chart, `egress-${number}`, {
    callers: callers(), host: `egress-${number}.${name}.example`, ...outside(random, name, number), ...metadata(`${name}-egress-${number}`, random),
  }));
  addThroughGateway(site, random);
  // of several workloads some may share an account, or labels; and what runs elsewhere may run in all boundaries
  if (placed.length === 1 && !placed[0].isElsewhere && random.chance(0.5)) {
    const [{ workload }] = placed;
    new EgressBoundary(chart, 'egress-alone', { workload });
    new EgressAccess(chart, 'egress-of-one', { callers: [Principal.of(workload)], host: `one.${name}.example`, ports: [EgressPort.tls(9443)] });
  }
}

/** In ambient by a waypoint for what is outside; before Istio 1.25 a host has the addresses that it is given. */
function addAtWaypoint({ name, chart, placed }: Site, random: Random): void {
  if (random.chance(0.5)) { return; }
  const block = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250;
  const gateway = new EgressGateway(new Chart(chart, 'way-out', { namespace: 'egress' }), 'gateway', { ...metadata(`${name}-out`, random) });
  random.times(random.below(3), number => new EgressAccess(chart, `through-${number}`, {
    callers: random.some([Principal.of(random.one(placed).workload), Principal.namespace(name, WHY)]),
    host: `through-${number}.of-${name}.example`,
    gateway,
    addresses: [`240.242.${block}.${10 + number}`],
    ports: random.some([EgressPort.startsTls({ number: 8081 }), EgressPort.tls(9444), EgressPort.tcp(5432)]),
    ...metadata(`${name}-through-${number}`, random),
  }));
}

/** Through a gateway some of those who share a boundary may reach a host. */
function addThroughGateway({ name, chart, placed }: Site, random: Random): void {
  if (random.chance(0.5)) { return; }
  const [httpPort, tlsPort] = random.one([[15443, 15444], [80, 443]]);
  const ports = [{ name: 'https', port: httpPort, targetPort: httpPort + 8000 }, { name: 'tls', port: tlsPort, ...random.maybe(() => ({ targetPort: 9443 })) }];
  const workload = Workload.fromPods({ namespace: 'egress', labels: { app: `out-of-${name}` }, serviceAccount: 'out', services: [{ name: `out-of-${name}`, ports }] });
  const gateway = new EgressGateway(new Chart(chart, 'way-out', { namespace: 'egress' }), 'gateway', { workload, ...httpPort === 80 ? { httpPort, tlsPort } : {}, ...metadata(`${name}-out`, random) });
  random.times(random.below(3), number => new EgressAccess(chart, `through-${number}`, {
    callers: random.some([Principal.of(random.one(placed).workload), Principal.namespace(name, WHY)]),
    host: `through-${number}.${random.one([name, `of-${name}`])}.example`,
    gateway,
    ports: random.some([random.one([EgressPort.startsTls({ number: 8081 }), EgressPort.plaintext(8081, { reason: 'speaks "no" TLS' })]), EgressPort.tls(9444)]),
    ...metadata(`${name}-through-${number}`, random),
  }));
}

/** Ports of one protocol each, as without addresses a proxy takes a port for HTTP or for TLS. */
function outside(random: Random, site: string, number: number): { ports?: EgressPort[]; addresses?: string[] } {
  const block = [...site].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250;
  const files = { clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' };
  const tls = random.one([() => LegacyTls.simple(), () => LegacyTls.mutual(files), () => LegacyTls.simple({ subjectAltNames: ['b.example'], sni: 'b.example' })]);
  return random.one([
    () => ({}),
    () => ({ ports: [EgressPort.tls(), EgressPort.startsTls({ ...random.maybe(() => ({ tls: tls() })), ...random.maybe(() => ({ targetPort: 8443 })) })] }),
    () => ({ ports: [EgressPort.plaintext(8000, { reason: 'speaks "no" TLS' })] }),
    () => ({ ports: [EgressPort.tcp(5432), EgressPort.tls(8443)], addresses: [`240.241.${block}.${10 + number}`, `fd00::${block}:${20 + number}`] }),
  ])();
}
