import { IConstruct } from 'constructs';
import { legacyFor } from './legacy-neighbours';
import { limitsAt, protectionsFor } from './protected-hosts';
import { WrittenObject, writtenByHand, WrittenSpec } from './written-networking';
import { hasRule, TrafficProtectionIntent } from '../../../intent/traffic-protection-intent';
import { fullHost, isWithin } from '../../../policy/workloads/host-name';
import { hostOf } from '../../../render/protected-service';
import { few, quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** What only the whole app shows to be wrong with the protection of a workload. */
export function checkProtection(intent: TrafficProtectionIntent, own: IConstruct, world: World): Problem[] {
  return [...otherLimits(intent, own, world), ...checkRule(intent, own, world)];
}

/** Two limits for the same pods count both, and the smaller one holds, which neither says. */
function otherLimits({ target, rateLimit }: TrafficProtectionIntent, own: IConstruct, world: World): Problem[] {
  const others = rateLimit ? limitsAt(target, own, world) : [];
  return others.length === 0 ? [] : [{
    message: `pods of ${quoted(target.path)} must have one rateLimit, of which the smallest would hold, and ${few(others)} has one for them too; state it once`, cause: `several limits in ${target.namespace}`,
  }];
}

function checkRule(intent: TrafficProtectionIntent, own: IConstruct, world: World): Problem[] {
  const { target: { services: [service, ...others] } } = intent;
  if (!hasRule(intent) || !service || others.length > 0) { return []; }
  const host = hostOf(service);
  return [...otherRules(host, own, world), ...writtenByHand('DestinationRule', world).flatMap(rule => writtenRule(host, rule, intent))];
}

/** Of the rules for a host only those of the first namespace count that has any, and of these one. */
function otherRules(host: string, own: IConstruct, world: World): Problem[] {
  const [same, legacy] = [protectionsFor(host, own, world), legacyFor(host, own, world)];
  return [
    ...same.length === 0 ? [] : [{
      message: `'${host}' must have one TrafficProtection with circuitBreaker or outlierDetection, as the DestinationRule of one hides that of the other, and ${few(same)} is for it too; state all of it in one`,
      cause: `several rules for ${host}`,
    }],
    ...legacy.map(path => `'${host}' must have one DestinationRule in the app, as one hides the other, and LegacyDestination '${path}' has one for it too; take circuitBreaker and outlierDetection out here, `
      + 'and add connectionPool and outlierDetection to the DestinationRule of that by addJsonPatch'),
  ];
}

/** One for the same host is of no use beside this; one for many hosts hides this from clients of its namespace, or is hidden by it where it is for all. */
function writtenRule(host: string, rule: WrittenObject, { namespace, mesh: { rootNamespace } }: TrafficProtectionIntent): string[] {
  const wide = fullHost(rule.spec.host, rule.namespace).toLowerCase();
  if (wide === host) {
    return [`'${host}' must have one DestinationRule in the app, as one hides the other, and ${titleOf(rule)} is for it too; leave that out: subsets are stated by subsets, loadBalancer is added by addJsonPatch of this one`];
  }
  if (!isWithin(host, wide)) { return []; }
  const isForAll = rule.namespace === namespace.name || rule.namespace === rootNamespace;
  if (!isForAll) {
    return [`'${host}' must be called by the DestinationRule of this, and ${titleOf(rule)}, for '${wide}', hides it from workloads of namespace '${rule.namespace}'; name the hosts there that are meant`];
  }
  return setsTls(rule.spec) ? [`'${host}' must be called by mutual TLS as before, and ${titleOf(rule)}, for '${wide}', sets TLS, which the DestinationRule of this hides; take tls out of that, as clients use mutual TLS of the mesh by themselves`] : [];
}

function setsTls({ trafficPolicy: { tls, portLevelSettings = [] } = {} }: WrittenSpec): boolean {
  return tls !== undefined || portLevelSettings.some(port => port.tls !== undefined);
}
