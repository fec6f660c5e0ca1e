import { Rendering } from './rendering';
import { LegacyDestinationIntent, LegacyServerData } from '../intent/legacy-destination-intent';
import { StartedTlsData } from '../intent/legacy-tls';
import { DataPlane } from '../intent/mesh';
import { ClientTlsSettings, DestinationRuleSpec } from '../istio/destination-rule';
import { ServiceEntrySpec } from '../istio/service-entry';
import { listed } from '../util/text';

/** Clients go by the DestinationRule of their own namespace before any other, so that each namespace has its own, for itself alone. */
const OWN_NAMESPACE = ['.'];

/** What clients of a namespace go by; those that read no secret start TLS without it rather than to send plaintext. */
export function renderLegacyDestination(intent: LegacyDestinationIntent): Rendering {
  const { host, server, tls, clientLabels } = intent;
  const own = tls.mode === 'DISABLE' ? { mode: tls.mode } : startedTls(tls, host);
  return {
    specs: {
      'destination-rule': ruleOf(intent, own, clientLabels && { workloadSelector: { matchLabels: clientLabels } }),
      'rule-for-others': tls.mode === 'DISABLE' ? {} : ruleOf(intent, startedTls(withoutSecret(tls), host)),
      'service-entry': server.kind === 'outside' ? entryOf(host, server) : {},
    },
    problems: ofAmbient(intent),
  };
}

function startedTls(tls: StartedTlsData, host: string): ClientTlsSettings {
  const { mode, sni, subjectAltNames, isUnverified, caCertificates, clientCertificate, privateKey, credentialName } = tls;
  const names = subjectAltNames.length > 0 ? [...subjectAltNames] : [host];
  return {
    mode,
    sni: sni ?? host,
    ...isUnverified ? { insecureSkipVerify: true } : { subjectAltNames: names },
    ...caCertificates === undefined ? {} : { caCertificates },
    ...clientCertificate === undefined ? {} : { clientCertificate },
    ...privateKey === undefined ? {} : { privateKey },
    ...credentialName === undefined ? {} : { credentialName },
  };
}

function withoutSecret({ sni, subjectAltNames }: StartedTlsData): StartedTlsData { return { mode: 'SIMPLE', sni, subjectAltNames, isUnverified: false, reasons: [] }; }

function ruleOf({ host, server, ports }: LegacyDestinationIntent, tls: ClientTlsSettings, selection?: Pick<DestinationRuleSpec, 'workloadSelector'>): DestinationRuleSpec {
  const numbers = server.kind === 'outside' ? server.ports.map(({ number }) => number) : ports;
  const trafficPolicy = numbers.length === 0 ? { tls } : { portLevelSettings: numbers.map(number => ({ port: { number }, tls })) };
  return { host, exportTo: OWN_NAMESPACE, ...selection, trafficPolicy };
}

/** The cluster resolves the host itself: an address that the client chooses counts for nothing. */
function entryOf(host: string, { ports, addresses }: Extract<LegacyServerData, { kind: 'outside' }>): ServiceEntrySpec {
  return {
    hosts: [host],
    ...addresses.length === 0 ? {} : { addresses },
    ports: ports.map(({ number, protocol, targetPort }) => ({
      number, name: `${protocol}-${number}`, protocol: protocol === 'http' ? 'HTTP' : 'TCP', ...targetPort === number ? {} : { targetPort },
    })),
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    exportTo: OWN_NAMESPACE,
  };
}

/** ztunnel reads no DestinationRule: nothing would be done as stated, also where it comes to the same. */
function ofAmbient({ clients, tls }: LegacyDestinationIntent): string[] {
  const ambient = clients.filter(({ dataPlane }) => dataPlane === DataPlane.AMBIENT).map(({ name }) => name);
  if (ambient.length === 0) { return []; }
  const why = tls.mode === 'DISABLE' ? 'which sends plaintext to all that is not in the mesh by itself; leave it out for them'
    : 'which starts no TLS; have their workloads start it themselves, give them sidecars by DataPlane.SIDECAR, or send them through a waypoint for a ServiceEntry';
  return [`clientNamespaces must be of sidecars, got ${listed(ambient)}, in ambient, whose ztunnel reads no DestinationRule and ${why}`];
}
