import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationPolicySpec } from '../istio/authorization-policy';
import { namedInErrors } from './private/statements/named-in-errors';
import { addResource } from './private/statements/resource';

/** Props of an AuthorizationPolicy: its metadata and the fields of its `spec`. */
export interface AuthorizationPolicyProps extends AuthorizationPolicySpec {
  /**
   * Name, namespace, labels and annotations; the annotation `istio.io/dry-run` makes the policy decide nothing but the log.
   *
   * @default - a name from the construct path, and the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An Istio AuthorizationPolicy, field by field.
 *
 * Renders one object of `security.istio.io/v1`, with empty fields as written. Throws what the API server, istiod's webhook or Envoy would refuse.
 * Without rules, action ALLOW denies everything in its scope.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @example
 * new AuthorizationPolicy(this, 'web-to-api', {
 *   selector: { matchLabels: { app: 'api' } },
 *   action: AuthorizationPolicyAction.ALLOW,
 *   rules: [{
 *     from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }],
 *     to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
 *   }],
 * });
 */
@namedInErrors
export class AuthorizationPolicy extends Construct {
  /** Name of the object. */
  public readonly authorizationPolicyName: string;

  constructor(scope: Construct, id: string, props: AuthorizationPolicyProps = {}) {
    super(scope, id);
    this.authorizationPolicyName = addResource(this, 'AuthorizationPolicy', props).name;
  }
}
