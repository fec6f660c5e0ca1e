import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { HttpRouteSpec } from '../istio/http-route';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of an HttpRoute: its metadata and the fields of its `spec`. */
export interface HttpRouteProps extends HttpRouteSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An HTTPRoute of the Kubernetes Gateway API, field by field: where requests go that come in by a Gateway, or that are for a Service.
 *
 * It allows nothing, and its matches keep nobody out: who may call is said by policies. Use `IngressAccess` where routes and policies must not drift apart.
 * Renders one object of `gateway.networking.k8s.io/v1`, as written. Throws what the API server would refuse.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute
 * @example
 * new HttpRoute(this, 'shop', {
 *   parentRefs: [{ name: 'public', namespace: 'edge', sectionName: 'https' }],
 *   hostnames: ['shop.example.com'],
 *   rules: [{
 *     matches: [{ path: { type: HttpRoutePathMatchType.PATH_PREFIX, value: '/api' } }],
 *     backendRefs: [{ name: 'api', port: 80 }],
 *   }],
 * });
 */
@namedInErrors
export class HttpRoute extends Construct {
  /** Name of the object. */
  public readonly httpRouteName: string;

  constructor(scope: Construct, id: string, props: HttpRouteProps = {}) {
    super(scope, id);
    this.httpRouteName = addResource(this, 'HttpRoute', props).name;
  }
}
