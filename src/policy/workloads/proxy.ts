import { ProxyKind } from '../request/request';
import { Labels } from '../resources/inventory';

/** A proxy that enforces policy. */
export interface Proxy {
  readonly kind: ProxyKind;
  readonly namespace: string;
  readonly name: string;
  /** Labels of its pods, or of the captured pod. */
  readonly labels: Labels;
  /** The revision of its control plane; undefined where it is not known. */
  readonly revision?: string;
  /** The Gateway API Gateway that it is an instance of. */
  readonly gatewayName?: string;
  /** Whether it is only the part of a waypoint that ends tunnels, in front of all that it serves. */
  readonly isEntrance?: boolean;
  /** What the client addresses, behind a waypoint. */
  readonly object?: { readonly kind: 'Service' | 'ServiceEntry'; readonly namespace: string; readonly name: string };
}
