/** A VirtualService, as istiod sees it once decoded: lists are there even where nothing was given, texts too. */
export interface VirtualServiceMessage {
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  readonly http: readonly HttpRouteMessage[];
  readonly tls: readonly TlsRouteMessage[];
  readonly tcp: readonly TcpRouteMessage[];
}

/** At most one of them is there; an empty text is not nothing. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export type StringMatches = Readonly<Record<string, StringMatch>>;

export type Labels = Readonly<Record<string, string>>;

/** What all matches know. */
export interface ClientMatch {
  readonly port: number;
  readonly sourceLabels?: Labels;
  readonly gateways: readonly string[];
  readonly sourceNamespace: string;
}

export interface HttpMatch extends ClientMatch {
  readonly name: string;
  readonly uri?: StringMatch;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: StringMatches;
  readonly queryParams?: StringMatches;
  readonly withoutHeaders?: StringMatches;
}

export interface Destination {
  readonly host: string;
  readonly subset: string;
  readonly port?: { readonly number: number };
}

export interface WeightedDestination {
  readonly destination?: Destination;
  readonly weight: number;
}

export interface HeaderOperations {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface Headers {
  readonly request?: HeaderOperations;
  readonly response?: HeaderOperations;
}

export interface Percent {
  readonly value: number;
}

export interface Redirect {
  readonly uri: string;
  readonly authority: string;
  readonly port?: number;
  readonly derivePort?: string;
  readonly scheme: string;
  readonly redirectCode: number;
  readonly prefixRewrite: string;
}

export interface DirectResponse {
  readonly status: number;
  readonly body?: { readonly string?: string; readonly bytes?: string };
}

export interface Rewrite {
  readonly uri: string;
  readonly authority: string;
  readonly uriRegexRewrite?: { readonly match: string; readonly rewrite: string };
}

export interface Retries {
  readonly attempts: number;
  readonly perTryTimeout?: string;
  readonly retryOn: string;
  readonly retryRemoteLocalities?: boolean;
  readonly backoff?: string;
}

export interface Fault {
  readonly delay?: { readonly fixedDelay?: string; readonly exponentialDelay?: string; readonly percentage?: Percent };
  readonly abort?: { readonly httpStatus?: number; readonly grpcStatus?: string; readonly http2Error?: string; readonly percentage?: Percent };
}

export interface CorsPolicy {
  readonly allowOrigins: readonly StringMatch[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAge?: string;
}

export interface HttpRouteMessage {
  readonly name: string;
  readonly match: readonly HttpMatch[];
  readonly route: ReadonlyArray<WeightedDestination & { readonly headers?: Headers }>;
  readonly redirect?: Redirect;
  readonly directResponse?: DirectResponse;
  readonly delegate?: object;
  readonly rewrite?: Rewrite;
  readonly timeout?: string;
  readonly retries?: Retries;
  readonly fault?: Fault;
  readonly mirror?: Destination;
  readonly mirrors: ReadonlyArray<{ readonly destination?: Destination; readonly percentage?: Percent }>;
  readonly mirrorPercent?: number;
  readonly mirrorPercentage?: Percent;
  readonly corsPolicy?: CorsPolicy;
  readonly headers?: Headers;
}

export interface TlsMatch extends ClientMatch {
  readonly sniHosts: readonly string[];
  readonly destinationSubnets: readonly string[];
}

export interface TlsRouteMessage {
  readonly match: readonly TlsMatch[];
  readonly route: readonly WeightedDestination[];
}

export interface TcpMatch extends ClientMatch {
  readonly destinationSubnets: readonly string[];
}

export interface TcpRouteMessage {
  readonly match: readonly TcpMatch[];
  readonly route: readonly WeightedDestination[];
}
