import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';
import { Host, hostOfService } from '../workloads/host-name';

type DestinationRuleSpec = SpecOf<'DestinationRule'>;

/** A rule for a host that no DestinationRule is written for. */
interface MadeRule extends Resource<DestinationRuleSpec> {
  /** What it is made of: `BackendTLSPolicy shop/api`. */
  readonly madeOf: string;
}

/** A BackendTLSPolicy for a Service, or for one of its ports. */
interface BackendTls {
  readonly policy: Resource<SpecOf<'BackendTLSPolicy'>>;
  readonly port?: number;
}

/**
 * The DestinationRule that istiod makes of the BackendTLSPolicies for a Service, oldest first: clients start TLS without a certificate of their own. It has no
 * age, and so counts before those that are written.
 */
export function ruleOfBackendTls(inventory: Inventory, namespace: string, host: Host): MadeRule[] {
  const [first, ...others] = backendTls(inventory, namespace, host);
  if (!first) return [];
  const all = [first, ...others];
  const forAll = all.find(({ port }) => port === undefined);
  const portLevelSettings = all.flatMap(({ policy, port }) => port === undefined ? [] : [{ port: { number: port }, tls: tlsOf(policy) }]);
  const { name, location } = first.policy;
  const spec = { host: host.name, trafficPolicy: { tls: forAll && tlsOf(forAll.policy), portLevelSettings } };
  return [{ namespace, name, location, meta: { creationTimestamp: '' }, spec, madeOf: `BackendTLSPolicy ${fullName(first.policy)}` }];
}

function backendTls(inventory: Inventory, namespace: string, host: Host): BackendTls[] {
  return inventory.of('BackendTLSPolicy', namespace).flatMap(policy => (policy.spec.targetRefs ?? []).flatMap((target): BackendTls[] => {
    const { kind, name = '', sectionName = '' } = target;
    if (kind !== 'Service' || hostOfService({ namespace, name }) !== host.name) return [];
    if (sectionName === '') return [{ policy }];
    const ports = inventory.find('Service', namespace, name)?.spec.ports ?? [];
    return ports.filter(port => port.name === sectionName).map(({ port }) => ({ policy, port }));
  }));
}

function tlsOf({ spec: { validation = {} } }: BackendTls['policy']): { readonly mode: string; readonly sni?: string; readonly subjectAltNames: string[] } {
  const { hostname, subjectAltNames = [] } = validation;
  return { mode: 'SIMPLE', sni: hostname, subjectAltNames: subjectAltNames.flatMap(one => one.uri ?? one.hostname ?? []) };
}
