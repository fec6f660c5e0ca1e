import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { SidecarSpec } from '../istio/sidecar';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a Sidecar: its metadata and the fields of its `spec`. */
export interface SidecarProps extends SidecarSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio Sidecar, field by field: what the proxies of a namespace know, and what they take and let out.
 *
 * It configures the proxy that a client is meant to use: one that goes around it is not held back, which takes a NetworkPolicy. Ambient has no sidecars, and ignores it.
 * Renders one object of `networking.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 * @example
 * new Sidecar(this, 'known-hosts', {
 *   egress: [{ hosts: ['./*', 'istio-system/*'] }],
 *   outboundTrafficPolicy: { mode: SidecarOutboundMode.REGISTRY_ONLY },
 * });
 */
@namedInErrors
export class Sidecar extends Construct {
  /** Name of the object. */
  public readonly sidecarName: string;

  constructor(scope: Construct, id: string, props: SidecarProps = {}) {
    super(scope, id);
    this.sidecarName = addResource(this, 'Sidecar', props).name;
  }
}
