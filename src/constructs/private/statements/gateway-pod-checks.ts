import { besidesGateway, isThat, runningAs } from './accounts';
import { isElsewhere } from './clusters';
import { IngressGatewayData } from '../../../intent/ingress-intent';
import { few, quoted } from '../../../util/text';
import { Workload } from '../../workload';
import { runsGateway } from '../index/gateway-pods';
import { World } from '../index/world';

/** The pods of a gateway: those that are given, or those that Istio makes for a Gateway. */
export interface GatewayPods extends Pick<IngressGatewayData, 'path' | 'namespace' | 'name' | 'serviceAccount'> { readonly workload?: Workload }

/** The pods of a gateway must serve what a Gateway says, and be alone in running as it. */
export function checkGatewayPods(gateway: GatewayPods, world: World): string[] {
  const noGateway = gateway.workload ? servedByNone(gateway.workload, world) : [];
  return noGateway.length > 0 ? noGateway : sharedAccount(gateway, world);
}

/** A sidecar, and pods without a proxy, never serve a Gateway. */
function servedByNone(workload: Workload, world: World): string[] {
  if (isElsewhere(workload, world)) { return []; }
  const { kind, namespace, path } = workload._facts();
  const serves = kind === 'Pods' || world.workloads.in(namespace).some(one => one.path === path && (world.isGateway(one) || runsGateway(one)));
  return serves ? [] : [`workload must be a gateway, got ${quoted(path)}, which runs no proxy by itself or one for its own pods only; have Istio inject a gateway by annotation inject.istio.io/templates: gateway and label sidecar.istio.io/inject: 'true', `
    + 'as its chart of gateways does'];
}

/** Who runs as a gateway is let in by all that the gateway leads to, and taken for it by all who call it. */
function sharedAccount({ path, namespace, name, serviceAccount, workload }: GatewayPods, world: World): string[] {
  if (serviceAccount === 'default' || workload && (workload._mayShareAccount || isElsewhere(workload, world))) { return []; }
  const ofGateways = besidesGateway({ namespace, name }, serviceAccount, world);
  const own = workload ? runningAs(namespace, serviceAccount, world).filter(runner => isThat(workload, runner)).map(runner => runner.path) : [];
  const others = ofGateways.filter(other => !own.includes(other));
  if (others.length === 0) { return []; }
  const [runs, it, another] = others.length === 1 ? ['runs', 'it', 'another'] : ['run', 'them', 'others'];
  const cure = workload ? `give ${it} ${another}, or say why by allowSharedServiceAccount: { reason: '…' } of its Workload` : `give ${it} ${another}`;
  return [`the service account ${quoted(serviceAccount)} must be that of the gateway ${quoted(path)} alone, as which whoever runs as it is let in and taken for it, but ${few(others)} ${runs} as it too; ${cure}`];
}
