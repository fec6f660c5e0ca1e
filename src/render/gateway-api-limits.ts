import { HttpRouteSpec } from '../istio/http-route';
import { KubernetesGatewaySpec } from '../istio/kubernetes-gateway';

/** How much the API server takes in one object of the Gateway API. */
const MOST = { hosts: 16, parents: 32, matches: 64, listeners: 64 };

/** What of an access is too much for one route. */
export function routeLimits({ hostnames = [], parentRefs = [], rules = [] }: HttpRouteSpec): string[] {
  const matches = Math.max(0, ...rules.map(rule => rule.matches?.length ?? 0));
  return [
    ...hostnames.length > MOST.hosts ? [`hosts must be at most ${MOST.hosts} at a gateway of the Gateway API, which is what a route takes, got ${hostnames.length}; spread them over several accesses`] : [],
    ...parentRefs.length > MOST.parents ? [`hosts must be served by at most ${MOST.parents} listeners, which is what a route takes, got ${parentRefs.length}; spread them over several accesses`] : [],
    ...matches > MOST.matches ? [`operations must have at most ${MOST.matches} paths for one port, which is what a rule of a route takes, got ${matches}; spread them over several accesses`] : [],
  ];
}

/** What of the hosts of a gateway is too much for one Gateway, and for the route by which they are told to come by HTTPS. */
export function gatewayLimits({ listeners }: KubernetesGatewaySpec, redirected: readonly string[]): string[] {
  return [
    ...listeners.length > MOST.listeners ? [`servers must have at most ${MOST.listeners} hosts together, those to be redirected once more, which is what a Gateway takes, got ${listeners.length}; spread them over several gateways`] : [],
    ...redirected.length > MOST.hosts ? [`httpsRedirect must be for at most ${MOST.hosts} hosts, which is what a route takes, got ${redirected.length}; name them by stars, or spread them over several gateways`] : [],
  ];
}
