import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { PeerAuthenticationSpec } from '../istio/peer-authentication';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a PeerAuthentication: its metadata and the fields of its `spec`. */
export interface PeerAuthenticationProps extends PeerAuthenticationSpec {
  /**
   * Name, namespace, labels and annotations. In the root namespace and without a selector it holds for the mesh.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio PeerAuthentication, field by field: which connections workloads accept.
 *
 * Renders one object of `security.istio.io/v1`, with empty fields as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 * @example
 * new PeerAuthentication(this, 'strict-but-metrics', {
 *   selector: { matchLabels: { app: 'api' } },
 *   mtls: { mode: MutualTlsMode.STRICT },
 *   portLevelMtls: { '9090': { mode: MutualTlsMode.PERMISSIVE } },
 * });
 */
@namedInErrors
export class PeerAuthentication extends Construct {
  /** Name of the object. */
  public readonly peerAuthenticationName: string;

  constructor(scope: Construct, id: string, props: PeerAuthenticationProps = {}) {
    super(scope, id);
    this.peerAuthenticationName = addResource(this, 'PeerAuthentication', props).name;
  }
}
