import { IngressGatewayData, IngressGatewayIntent } from '../../../intent/ingress-intent';
import { Intent } from '../../../intent/intent';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { GATEWAY_API_GROUP, NETWORKING_GROUP, SECURITY_GROUP } from '../../../istio/manifest';
import { render } from '../../../render/render';
import { podsOf } from '../../../validation/witness-request';
import { World } from '../index/world';
import { podManifest } from '../reading/pod-manifest';

/** What something else makes of a gateway, as it is stated: its pods with their Services, and where the app has no such Gateway that, too. */
export function ingressElsewhere(intent: Intent, world: World): object[] {
  if (intent.kind !== 'ingress-gateway') { return []; }
  const { gateway } = intent;
  const pods = gateway.pods?.kind === 'Pods' ? gatewayElsewhere(gateway.pods, topology(gateway.numTrustedProxies)) : [];
  return [...pods, ...gateway.isExisting && !isWritten(gateway, world) ? asStated(intent) : []];
}

/** The same for questions about the app, for which nothing is refused that the app does not refuse. */
export function gatewayAssumed(intent: IngressGatewayIntent): object[] {
  const { gateway: { pods, name, numTrustedProxies, isExisting } } = intent;
  const made = pods?.kind === 'Pods' ? gatewayElsewhere(pods, topology(numTrustedProxies), name) : [];
  return [...made, ...isExisting ? asStated(intent).filter(({ kind }) => kind !== 'AuthorizationPolicy') : []];
}

function isWritten({ pods, namespace, name }: IngressGatewayData, { tree }: World): boolean {
  return tree.objectsIn(namespace, `${pods ? NETWORKING_GROUP : GATEWAY_API_GROUP}/Gateway`).some(object => object.name === name);
}

/** What an IngressGateway would render of it. */
function asStated(intent: IngressGatewayIntent): { readonly kind: string }[] {
  const { gateway: { pods, namespace, name, numTrustedProxies }, gateway } = intent;
  const { specs } = render({ ...intent, gateway: { ...gateway, isExisting: false } });
  const kinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
    gateway: [`${pods ? NETWORKING_GROUP : GATEWAY_API_GROUP}/v1`, 'Gateway'],
    redirect: [`${GATEWAY_API_GROUP}/v1`, 'HTTPRoute'],
    policy: [`${SECURITY_GROUP}/v1`, 'AuthorizationPolicy'],
    authentication: [`${SECURITY_GROUP}/v1`, 'RequestAuthentication'],
  };
  return Object.entries(specs).map(([role, spec]) => {
    const [apiVersion, kind] = kinds[role];
    return { apiVersion, kind, metadata: { name, namespace, ...role === 'gateway' ? { annotations: topology(numTrustedProxies) } : {} }, spec };
  });
}

/** Pods that something else makes, with their Services, which run the proxy as a gateway. */
export function gatewayElsewhere(target: WorkloadFacts, annotations: Labels = {}, pods = podsOf(target)): object[] {
  const { namespace, serviceAccount, pod, podLabels, services } = target;
  const containers = [{ name: 'istio-proxy', args: ['proxy', 'router'] }];
  const podSpec = { serviceAccountName: serviceAccount, hostNetwork: false, containers, initContainers: [] };
  const written = { ...pod, annotations: { ...pod.annotations, ...annotations } };
  return [
    podManifest({ apiVersion: 'v1', kind: 'Pod', namespace, name: pods, template: [], pod: written, podSpec }),
    ...services.map(({ name, ports }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: podLabels, ports: ports.map(({ port, targetPort, transport }) => ({ port, targetPort, protocol: transport })) },
    })),
  ];
}

function topology(numTrustedProxies: number): { [annotation: string]: string } {
  return { 'proxy.istio.io/config': JSON.stringify({ gatewayTopology: { numTrustedProxies } }) };
}
