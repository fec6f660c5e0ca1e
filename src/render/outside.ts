import { StartedTlsData } from '../intent/legacy-tls';
import { OutsideServerData } from '../intent/outside-server';
import { ClientTlsMode, ClientTlsSettings } from '../istio/client-tls';
import { ServiceEntryLocation, ServiceEntryResolution, ServiceEntrySpec } from '../istio/service-entry';
import { quoted } from '../util/text';

/** Clients go by the objects of their own namespace before any other, so that each namespace has its own, for itself alone. */
export const OWN_NAMESPACE = '.';

/** TLS that a proxy starts, with the names that it verifies. */
export function startedTls(tls: StartedTlsData, host: string): ClientTlsSettings {
  const { mode, sni, subjectAltNames, isUnverified, caCertificates, clientCertificate, privateKey, credentialName } = tls;
  const names = subjectAltNames.length > 0 ? [...subjectAltNames] : [host];
  return {
    mode: ClientTlsMode[mode],
    sni: sni ?? host,
    ...isUnverified ? { insecureSkipVerify: true } : { subjectAltNames: names },
    ...caCertificates === undefined ? {} : { caCertificates },
    ...clientCertificate === undefined ? {} : { clientCertificate },
    ...privateKey === undefined ? {} : { privateKey },
    ...credentialName === undefined ? {} : { credentialName },
  };
}

/** The cluster resolves the host itself: an address that the client chooses counts for nothing. */
export function entryOf(host: string, { ports, addresses }: OutsideServerData, exportTo: readonly string[] = [OWN_NAMESPACE]): ServiceEntrySpec {
  return {
    hosts: [host],
    ...addresses.length === 0 ? {} : { addresses: [...addresses] },
    ports: ports.map(({ number, protocol, targetPort }) => ({
      number, name: `${protocol}-${number}`, protocol: PROTOCOLS[protocol], ...targetPort === number ? {} : { targetPort },
    })),
    location: ServiceEntryLocation.MESH_EXTERNAL,
    resolution: ServiceEntryResolution.DNS,
    exportTo: [...exportTo],
  };
}

const PROTOCOLS = { http: 'HTTP', tls: 'TLS', tcp: 'TCP' } as const;

/** What is wrong with a namespace of callers in ambient, in the words of whoever meets it. */
export function outOfAmbient(namespace: string): string {
  return `namespace ${quoted(namespace)} must have sidecars, by which hosts outside are known, and is in ambient, whose ztunnel reads no Sidecar and passes on whatever it does not know; give it sidecars by DataPlane.SIDECAR, `
    + 'or have callers reach the host through a waypoint, new EgressGateway(…) without a workload, and keep all else in by networkPolicies of the ZeroTrustNamespace in place of an EgressBoundary';
}
