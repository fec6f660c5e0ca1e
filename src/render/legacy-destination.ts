import { entryOf, OWN_NAMESPACE, startedTls } from './outside';
import { Rendering } from './rendering';
import { LegacyDestinationIntent } from '../intent/legacy-destination-intent';
import { StartedTlsData } from '../intent/legacy-tls';
import { DataPlane } from '../intent/mesh';
import { ClientTlsMode, ClientTlsSettings } from '../istio/client-tls';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { listed } from '../util/text';

/** What clients of a namespace go by; those that read no secret start TLS without it rather than to send plaintext. */
export function renderLegacyDestination(intent: LegacyDestinationIntent): Rendering {
  const { host, server, tls, clientLabels } = intent;
  const own = tls.mode === 'DISABLE' ? { mode: ClientTlsMode.DISABLE } : startedTls(tls, host);
  return {
    specs: {
      'destination-rule': ruleOf(intent, own, clientLabels && { workloadSelector: { matchLabels: clientLabels } }),
      'rule-for-others': tls.mode === 'DISABLE' ? {} : ruleOf(intent, startedTls(withoutSecret(tls), host)),
      'service-entry': server.kind === 'outside' ? entryOf(host, server) : {},
    },
    problems: ofAmbient(intent),
  };
}

function withoutSecret({ sni, subjectAltNames }: StartedTlsData): StartedTlsData { return { mode: 'SIMPLE', sni, subjectAltNames, isUnverified: false, reasons: [] }; }

function ruleOf({ host, server, ports }: LegacyDestinationIntent, tls: ClientTlsSettings, selection?: Pick<DestinationRuleSpec, 'workloadSelector'>): DestinationRuleSpec {
  const numbers = server.kind === 'outside' ? server.ports.map(({ number }) => number) : ports;
  const trafficPolicy = numbers.length === 0 ? { tls } : { portLevelSettings: numbers.map(number => ({ port: { number }, tls })) };
  return { host, exportTo: [OWN_NAMESPACE], ...selection, trafficPolicy };
}

/** ztunnel reads no DestinationRule: nothing would be done as stated, also where it comes to the same. */
function ofAmbient({ clients, tls }: LegacyDestinationIntent): string[] {
  const ambient = clients.filter(({ dataPlane }) => dataPlane === DataPlane.AMBIENT).map(({ name }) => name);
  if (ambient.length === 0) { return []; }
  const why = tls.mode === 'DISABLE' ? 'which sends plaintext to all that is not in the mesh by itself; leave it out for them'
    : 'which starts no TLS; have their workloads start it themselves, give them sidecars by DataPlane.SIDECAR, or send them through a waypoint for a ServiceEntry';
  return [`clientNamespaces must be of sidecars, got ${listed(ambient)}, in ambient, whose ztunnel reads no DestinationRule and ${why}`];
}
