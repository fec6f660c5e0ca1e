import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { RequestAuthenticationSpec } from '../istio/request-authentication';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of a RequestAuthentication: its metadata and the fields of its `spec`. */
export interface RequestAuthenticationProps extends RequestAuthenticationSpec {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio RequestAuthentication, field by field: which tokens are verified, and how.
 *
 * It refuses bad tokens only: a request without a token passes. Ask for one with an AuthorizationPolicy.
 * Renders one object of `security.istio.io/v1`, with empty fields as written. Throws what the API server, istiod's webhook or Envoy would refuse.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 * @example
 * new RequestAuthentication(this, 'users', {
 *   selector: { matchLabels: { app: 'api' } },
 *   jwtRules: [{
 *     issuer: 'https://auth.example.com',
 *     jwksUri: 'https://auth.example.com/.well-known/jwks.json',
 *     audiences: ['api.example.com'],
 *   }],
 * });
 */
@namedInErrors
export class RequestAuthentication extends Construct {
  /** Name of the object. */
  public readonly requestAuthenticationName: string;

  constructor(scope: Construct, id: string, props: RequestAuthenticationProps = {}) {
    super(scope, id);
    this.requestAuthenticationName = addResource(this, 'RequestAuthentication', props).name;
  }
}
