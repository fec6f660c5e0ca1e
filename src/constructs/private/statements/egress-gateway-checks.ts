import { IConstruct } from 'constructs';
import { checkGatewayBeside } from './gateway-neighbours';
import { EgressGatewayData, EgressIntent } from '../../../intent/egress-intent';
import { NETWORKING_GROUP } from '../../../istio/manifest';
import { VirtualServiceSpec } from '../../../istio/virtual-service';
import { fullHost, overlap } from '../../../policy/workloads/host-name';
import { few } from '../../../util/text';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';

/** What only the whole app shows to be wrong with a gateway through which callers reach hosts outside. */
export function checkEgressGateway(gateway: EgressGatewayData, own: IConstruct, world: World): string[] {
  if (!gateway.pods) { return []; }
  const { httpPort, tlsPort } = gateway;
  return checkGatewayBeside({ ...gateway, servers: [{ port: httpPort }, { port: tlsPort }] }, own, world);
}

/** The gateway of an access must be of the same cluster. */
export function checkGatewayOf(gateway: IConstruct, { tree }: World): string[] {
  return tree.constructs.includes(gateway) ? []
    : [`gateway must be of the same cluster, got '${gateway.node.path}', which is of another, of another App, or was taken out; state one there by new EgressGateway(…)`];
}

/** Of two routes of the namespace for a host a gateway takes parts of each, and callers the older. */
export function routesBeside({ host, gateway }: EgressIntent, world: World): string[] {
  if (!gateway) { return []; }
  const isOfHost = ({ spec: { hosts = [] }, namespace }: Written<VirtualServiceSpec>) =>
    hosts.some(one => overlap(fullHost(one, namespace).toLowerCase(), host));
  const others = writtenIn<VirtualServiceSpec>({ namespace: gateway.namespace, group: NETWORKING_GROUP, kind: 'VirtualService' }, world).filter(isOfHost);
  return others.length === 0 ? [] : [`'${host}' must have one VirtualService in the namespace of its gateway, and ${few(others.map(({ object }) => object.node.path))} is for it too; leave that out`];
}
