import { ApiObjectMetadata } from 'cdk8s';
import { IngressServer } from './ingress-server';
import { Workload } from './workload';
import { JwtIssuer } from '../intent/jwt-issuer';
import { InputStruct } from '../util/members';

/** Props of an IngressGateway. */
export interface IngressGatewayProps {
  /** The hosts that it serves, and how their clients connect. */
  readonly servers: IngressServer[];

  /**
   * The pods of a classic gateway: `Workload.of` those of the app, or `Workload.fromPods`, with the Services in front of them, by which it is known which port of the pods a client arrives at.
   *
   * @default - Istio makes them for a Gateway of the Kubernetes Gateway API, class `istio`
   */
  readonly workload?: Workload;

  /**
   * The service account of the pods that Istio makes; of a `workload` it is known.
   *
   * @default - the name of the Gateway and `-istio`
   */
  readonly serviceAccount?: string;

  /**
   * Whether something else makes the Gateway object, named by `metadata.name`, and what else this renders: then nothing is rendered but what accesses say. What is stated here must be what it has; where the app
   * has it too, that is put to the test.
   *
   * @default false
   */
  readonly existing?: boolean;

  /**
   * Whether clients that come in the clear to a host with TLS are told to come by HTTPS, on port 80. Rendered with the rule that lets them be told, which a default deny needs. Of an
   * `existing` gateway nothing is rendered for it: it says that the gateway does so.
   *
   * @default false
   */
  readonly httpsRedirect?: boolean;

  /**
   * Whose tokens are verified here. They are pooled by gateway: a bad token of one of them is answered by 401, whatever host is asked for.
   *
   * @default - none
   */
  readonly issuers?: JwtIssuer[];

  /**
   * How many proxies that append to X-Forwarded-For are in front. One too many, and clients write the address themselves that `networks` of accesses go by. For a gateway of the Gateway API it is written to its pods; the pods of a
   * classic one must go by the same number, by the ZeroTrustMesh or their annotation.
   *
   * @default 0
   */
  readonly numTrustedProxies?: number;

  /**
   * Addresses or CIDR blocks that these proxies connect from; needed where an access names `networks`.
   *
   * @default - not known
   */
  readonly proxyNetworks?: string[];

  /**
   * Namespaces whose routes count, beside those of the workloads of its accesses.
   *
   * @default - none
   */
  readonly routeNamespaces?: string[];

  /**
   * Metadata of the objects. Their namespace is that of the pods, or of the chart.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Its members, as they are checked. */
export const GATEWAY_PROPS: InputStruct<IngressGatewayProps> = {
  name: 'IngressGatewayProps',
  members: {
    servers: 'needed',
    workload: 'value',
    serviceAccount: 'value',
    existing: 'flag',
    httpsRedirect: 'flag',
    issuers: 'value',
    numTrustedProxies: 'value',
    proxyNetworks: 'value',
    routeNamespaces: 'value',
    metadata: 'value',
  },
};
