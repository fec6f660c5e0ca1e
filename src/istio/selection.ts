/**
 * Selects pods by their labels.
 *
 * @see https://istio.io/latest/docs/reference/config/type/workload-selector/#WorkloadSelector
 */
export interface WorkloadSelector {
  /**
   * Labels that a pod must carry, each with exactly this value; wildcards are not supported.
   *
   * An empty map means every pod to a sidecar or gateway, and no pod at all to ztunnel.
   *
   * @default - no labels
   */
  readonly matchLabels?: { [label: string]: string };
}

/**
 * Names the object that a policy is attached to, in the namespace of the policy.
 *
 * @see https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference
 */
export interface PolicyTargetReference {
  /**
   * API group of the object.
   *
   * @default - the core group, as for a Service
   */
  readonly group?: string;

  /** Kind of the object: `Service`, `ServiceEntry`, `Gateway` or `GatewayClass`. */
  readonly kind: string;

  /** Name of the object. */
  readonly name: string;

  /**
   * Namespace of the object. Istio accepts only the empty string: references are namespace-local.
   *
   * @default - the namespace of the policy
   */
  readonly namespace?: string;
}

/**
 * Selects workloads of the namespace by their labels, for kinds of networking.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/#WorkloadSelector
 */
export interface WorkloadLabels {
  /**
   * Labels that a workload must carry, each with exactly this value; wildcards are not supported.
   *
   * @default - none, which selects all of the namespace
   */
  readonly labels?: { [label: string]: string };
}
