import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ServiceEntrySpec } from '../istio/service-entry';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a ServiceEntry: its metadata and the fields of its `spec`. */
export interface ServiceEntryProps extends ServiceEntrySpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio ServiceEntry, field by field: hosts beside the Services of the cluster.
 *
 * With resolution NONE, the default, a connection goes wherever the client asks for, and a TCP port without addresses takes that port of every host.
 * Renders one object of `networking.istio.io/v1`, as written. Throws what the API server or istiod's webhook would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 * @example
 * new ServiceEntry(this, 'payments', {
 *   hosts: ['api.payments.example'],
 *   ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
 *   location: ServiceEntryLocation.MESH_EXTERNAL,
 *   resolution: ServiceEntryResolution.DNS,
 *   exportTo: ['.'],
 * });
 */
@namedInErrors
export class ServiceEntry extends Construct {
  /** Name of the object. */
  public readonly serviceEntryName: string;

  constructor(scope: Construct, id: string, props: ServiceEntryProps) {
    super(scope, id);
    this.serviceEntryName = addResource(this, 'ServiceEntry', props).name;
  }
}
