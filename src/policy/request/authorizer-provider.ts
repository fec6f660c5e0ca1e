/** How a proxy asks an external authorizer. */
export enum AuthorizerProtocol {
  /** `envoyExtAuthzHttp`: never asked about TCP connections, which pass. */
  HTTP = 'HTTP',
  /** `envoyExtAuthzGrpc`. */
  GRPC = 'GRPC',
}

/** An external authorizer of `meshConfig.extensionProviders`. */
export interface AuthorizerProvider {
  /** Name that policies refer to. */
  readonly name: string;
  /** How it is asked. */
  readonly protocol: AuthorizerProtocol;

  /**
   * Headers of a request that it lets pass which an authorizer over HTTP may set: names, or patterns such as `x-auth-*`. One over gRPC may set any.
   *
   * @default - none
   */
  readonly headersToUpstreamOnAllow?: string[];
}
