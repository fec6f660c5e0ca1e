import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { checkNetwork } from './network-checks';
import { stateFamily } from './state';
import { NetworkIntent } from '../../../intent/network-intent';
import { NETWORK_DENY } from '../../../render/network';
import { networkCuts } from '../index/network-cuts';
import { flowsAt } from '../index/network-flows';
import { World } from '../index/world';

/** The NetworkPolicies of a namespace, named by their path, as many as what the complete app states comes to; none where neither the namespace nor the mesh asks for them. */
export class NamespaceNetwork extends Construct {
  public constructor(scope: Construct, namespace: string, { name: _, ...metadata }: ApiObjectMetadata = {}) {
    super(scope, 'network');
    stateFamily(this, {
      isNetwork: true,
      read: world => networkIntent(namespace, world),
      check: world => checkNetwork(namespace, world),
    }, { metadata }, role => ({ role, id: role, kind: 'NetworkPolicy', namespace, ...role === NETWORK_DENY ? { position: 'last' } : {} }));
  }
}

function networkIntent(name: string, world: World): NetworkIntent {
  const twins = world.networkTwins(name);
  // what others state is read for nothing else
  const cuts = twins ? networkCuts(world) : [];
  return { kind: 'network', mesh: world.mesh, namespace: world.namespace(name), twins, ...flowsAt(name, twins, world), cuts };
}
