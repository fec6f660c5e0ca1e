import { DataPlane, LegacyDestination, LegacyPort, LegacyTls, PortProtocol, Workload } from 'cdk8s-zero-trust';
import { DrawnMesh, metadata, Site } from './apps';
import { Random } from './random';
import { rawDeployment } from '../../test/support/shop';

const WHY = { reason: 'cannot be changed' };

/** Has workloads of a site with sidecars call servers that are not in the mesh. */
export function addLegacyDestinations({ name, plane, chart }: Site, { dataPlane }: DrawnMesh, random: Random): void {
  if (plane !== 'sidecar' || random.chance(0.5)) { return; }
  const clientNamespaces = dataPlane === DataPlane.AMBIENT ? {} : random.maybe(() => ({ clientNamespaces: [name, 'batch'] }));
  random.times(1 + random.below(2), number => new LegacyDestination(chart, `outside-${number}`, {
    host: `api-${number}.${name}.example`, ...outside(random, name, number), ...clientNamespaces, ...metadata(`${name}-outside-${number}`, random),
  }));
  if (random.chance(0.5)) {
    new LegacyDestination(chart, 'old', { host: `ledger-${name}.old.svc.cluster.local`, tls: tls(random), ...random.maybe(() => ({ ports: [{ number: 80 }, { number: 9000 }] })), ...clientNamespaces });
  }
  if (random.chance(0.3)) {
    const clientWorkload = Workload.of(rawDeployment(chart, 'partner'));
    new LegacyDestination(chart, 'secret', { host: `partner.${name}.example`, tls: withSecret(random), clientWorkload });
  }
}

/** Each has addresses of its own, as of one only one listener gets what is sent. */
function outside(random: Random, site: string, number: number): { tls: LegacyTls; ports?: LegacyPort[]; addresses?: string[] } {
  const block = [...site].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250;
  const http: LegacyPort = { number: 8000, ...random.maybe(() => ({ targetPort: 8443 })) };
  const tcp: LegacyPort = { number: 6379, protocol: PortProtocol.TCP };
  return random.one([
    () => ({ tls: startedTls(random) }),
    () => ({ tls: tls(random), ports: [http] }),
    () => ({ tls: tls(random), ports: [http, tcp], addresses: [`240.240.${block}.${10 + number}`, `fd00::${block}:${10 + number}`] }),
  ])();
}

function tls(random: Random): LegacyTls { return random.chance(0.4) ? LegacyTls.disable(WHY) : startedTls(random); }

function startedTls(random: Random): LegacyTls {
  const names = random.maybe(() => ({ subjectAltNames: ['l.example', 'spiffe://old/ledger'], ...random.maybe(() => ({ sni: 'l.example' })) }));
  const files = { clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' };
  return random.one([
    () => LegacyTls.simple({ ...names, ...random.maybe(() => ({ caCertificates: '/etc/certs/ca.pem' })) }),
    () => LegacyTls.simple({ insecureSkipVerify: WHY }),
    () => LegacyTls.mutual({ ...names, ...files, ...random.maybe(() => ({ caCertificates: '/etc/certs/ca.pem' })) }),
    () => LegacyTls.mutual({ ...files, insecureSkipVerify: WHY }),
  ])();
}

function withSecret(random: Random): LegacyTls {
  return random.one([
    () => LegacyTls.simple({ credentialName: 'partner' }), () => LegacyTls.mutual({ credentialName: 'partner' }), () => LegacyTls.mutual({ credentialName: 'partner', insecureSkipVerify: WHY }),
  ])();
}
