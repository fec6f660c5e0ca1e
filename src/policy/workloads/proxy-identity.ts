import { Truth } from '../../util/truth';
import { PodTemplate } from '../resources/kinds';

/** The user and group as which sidecars run: what processes of these send is left alone, as it is taken for what the sidecar sends. */
export const PROXY_ID = 1337;

/** What is left of a security context that says as whom a process runs. */
export interface RunsAs {
  readonly runAsUser?: unknown;
  readonly runAsGroup?: unknown;
}

/** Whether the processes of a container run as the proxy does, by its own security context, else by that of its pod. */
export function runsAsProxy(own: RunsAs = {}, ofPod: RunsAs = {}): boolean {
  return (own.runAsUser ?? ofPod.runAsUser) === PROXY_ID || (own.runAsGroup ?? ofPod.runAsGroup) === PROXY_ID;
}

/** Whether what pods send comes from processes that do; undefined where some of their containers do. As whom images run is not known. */
export function sendsAsProxy(podSpec: PodTemplate['spec']): Truth {
  const { containers = [], securityContext } = podSpec ?? {};
  const own = containers.filter(({ name }) => name !== 'istio-proxy');
  const isProxy = own.map(container => runsAsProxy(container.securityContext, securityContext));
  if (!isProxy.includes(true)) return false;
  return isProxy.includes(false) ? undefined : true;
}
