/** How an external authorizer is asked. */
interface AuthorizerData {
  /** Name that policies refer to. */
  readonly name: string;
  /** Host, with the namespace and a slash before it where several Services have it. */
  readonly service: string;
  readonly port: number;
  readonly timeoutMillis: number;
  /** Why requests pass where the authorizer does not answer; undefined where they do not. */
  readonly failOpenReason?: string;
  readonly statusOnError?: number;
}

export interface GrpcAuthorizerData extends AuthorizerData { readonly kind: 'extAuthzGrpc' }

export interface HttpAuthorizerData extends AuthorizerData {
  readonly kind: 'extAuthzHttp';
  readonly pathPrefix?: string;
  readonly includeRequestHeadersInCheck: readonly string[];
  readonly headersToUpstreamOnAllow: readonly string[];
  readonly headersToDownstreamOnDeny: readonly string[];
}

/** Where proxies write what they let pass and refuse. */
export interface AccessLogData {
  readonly kind: 'accessLog';
  readonly name: string;
  readonly path: string;
  /** Fields of each line as JSON; undefined for Istio's own format. */
  readonly labels?: { readonly [label: string]: string };
}

export type AuthorizerProviderData = GrpcAuthorizerData | HttpAuthorizerData;

export type ExtensionProviderData = AuthorizerProviderData | AccessLogData;
