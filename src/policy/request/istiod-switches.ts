import { parseBool } from '../../util/go/bool';

/** Switches of istiod that change answers, and how they stand where its environment does not say. */
const SWITCHES = {
  /** A workload may have several external authorizers. */
  PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: false,
  /** Policies without targetRefs hold for connections at waypoints. */
  ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES: false,
  /** Policies with a selector hold at gateways of the Gateway API. */
  ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY: true,
  /** Classic Gateways select pods of their own namespace only. */
  PILOT_SCOPE_GATEWAY_TO_NAMESPACE: false,
  /** Classic Gateways of another namespace do not select the pods that Istio makes for Gateways of the Gateway API. */
  PILOT_ENABLE_STRICT_GATEWAY_MERGING: true,
  /** Workloads behind waypoints get an ALLOW policy for these, and so refuse others. */
  PILOT_AUTO_ALLOW_WAYPOINT_POLICY: false,
  /** ServiceEntries without addresses are given some. */
  PILOT_ENABLE_IP_AUTOALLOCATE: true,
  /** ServiceEntries select pods. */
  PILOT_ENABLE_SERVICEENTRY_SELECT_PODS: true,
  /** Proxies take HTTP/1.0. */
  PILOT_HTTP10: false,
  /** Sidecars and waypoints take clients of any trust domain. */
  PILOT_SKIP_VALIDATE_TRUST_DOMAIN: false,
  /** Gateways use waypoints where Services ask for it. */
  ENABLE_INGRESS_WAYPOINT_ROUTING: true,
  /** Proxies prefer HBONE to mutual TLS. */
  PILOT_PREFER_SENDING_HBONE: false,
};

export type Switch = keyof typeof SWITCHES;

/** The names of all switches that are read. */
export const SWITCH_NAMES = Object.keys(SWITCHES) as Switch[];

/** How a switch stands; text that Go does not read as true or false leaves it as it is. */
export function readSwitch(environment: Readonly<Record<string, string>> = {}, name: Switch): boolean {
  return parseBool(environment[name]) ?? SWITCHES[name];
}
