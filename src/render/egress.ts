import { renderEgressAtWaypoint } from './egress-at-waypoint';
import { renderEgressThrough } from './egress-through';
import { entryOf, outOfAmbient, OWN_NAMESPACE, startedTls } from './outside';
import { Rendering } from './rendering';
import { EgressIntent } from '../intent/egress-intent';
import { DataPlane } from '../intent/mesh';
import { DestinationRuleSpec } from '../istio/destination-rule';

/** What makes a host known in the namespaces of its callers; the proxies that know it are told by boundaries. */
export function renderEgress(intent: EgressIntent): Rendering {
  const { host, gateway } = intent;
  if (gateway) {
    const rule = ruleOf(intent);
    return gateway.pods ? renderEgressThrough({ ...intent, gateway }, rule) : renderEgressAtWaypoint({ ...intent, gateway }, rule);
  }
  return {
    specs: { 'service-entry': entryOf(host, intent), 'destination-rule': ruleOf(intent) ?? {} },
    problems: ofAmbient(intent),
  };
}

/** For the ports at which proxies start TLS; undefined where workloads do so themselves. */
function ruleOf({ host, ports }: Pick<EgressIntent, 'host' | 'ports'>): DestinationRuleSpec | undefined {
  const portLevelSettings = ports.flatMap(({ number, tls }) => tls ? [{ port: { number }, tls: startedTls(tls, host) }] : []);
  return portLevelSettings.length === 0 ? undefined : { host, exportTo: [OWN_NAMESPACE], trafficPolicy: { portLevelSettings } };
}

/** ztunnel passes on whatever it does not know, and reads neither Sidecar nor DestinationRule. */
function ofAmbient({ clients }: EgressIntent): string[] {
  const ambient = clients.filter(({ dataPlane }) => dataPlane === DataPlane.AMBIENT).map(({ name }) => name);
  return ambient.map(outOfAmbient);
}
