import { callerName, isOfAnotherMesh } from '../../../intent/caller';
import { callersIn, namespaceOf } from '../../../intent/intent';
import { quoted, unique } from '../../../util/text';
import { statedIntents } from '../index/network-flows';
import { World } from '../index/world';

/** Callers of whom the network would know nothing, and whom it would keep out; istiod calls whatever it is told to, and is called by what no intent names. */
export function checkNetwork(namespace: string, world: World): string[] {
  const twins = world.networkTwins(namespace);
  if (twins && namespace === world.mesh.istioNamespace) {
    return [`networkPolicies must not be for namespace ${quoted(namespace)}, in which istiod is: proxies of all namespaces ask it, and so does the API server; leave it out: networkPolicies: NetworkPolicies.none()`];
  }
  if (!twins || twins.otherClusters.length > 0) { return []; }
  const called = statedIntents(world).filter(intent => namespaceOf(intent)?.name === namespace);
  const [foreign, ...others] = unique(called.flatMap(callersIn).filter(isOfAnotherMesh).map(callerName));
  return foreign === undefined ? [] : [`networkPolicies of namespace ${quoted(namespace)} must say where callers of other meshes come from, got none for ${quoted(foreign)}${others.length === 0 ? '' : ` and ${others.length} more`}, whose pods are `
    + "in no namespace of this cluster; name their networks: NetworkPolicies.forIngress({ otherClusters: ['10.8.0.0/14'] }), with those of the gateway where they come by one"];
}
