import { Duration } from 'cdk8s';
import { AccessLogData, ExtensionProviderData, GrpcAuthorizerData } from '../intent/extension-provider';
import { Justification, justified } from '../intent/justification';
import { noFurther } from '../util/arguments';
import { atLeastOne, dnsLabel, mapOf, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Options of an external authorizer that is asked over gRPC. */
export interface ExtAuthzGrpcOptions {
  /** Name that policies refer to: at most 63 lower-case letters, digits and `-`. Since Istio 1.30 policies that name another refuse all that they match. */
  readonly name: string;

  /** Full host name of its Service or ServiceEntry, such as `opa.authz.svc.cluster.local`; where several namespaces have such a host, `NAMESPACE/HOST`. */
  readonly service: string;

  /** Port of the Service. */
  readonly port: number;

  /**
   * How long a proxy waits for an answer; after that the authorizer has failed. From 1 millisecond to 1 minute. Always rendered, as Istio waits 10 minutes.
   *
   * @default Duration.seconds(2)
   */
  readonly timeout?: Duration;

  /**
   * Let requests pass where the authorizer fails: whoever can overload it is let in. Always rendered, `false` where nothing is said.
   *
   * @default - they are refused
   */
  readonly failOpen?: Justification;

  /**
   * HTTP status that clients get where the authorizer fails, from 400 to 599, such as 503.
   *
   * @default 403
   */
  readonly statusOnError?: number;
}

/** Options of an external authorizer that is asked over HTTP. */
export interface ExtAuthzHttpOptions extends ExtAuthzGrpcOptions {
  /**
   * What is put in front of the path of the request, beginning with `/`.
   *
   * @default - it is asked with the path of the request
   */
  readonly pathPrefix?: string;

  /**
   * Headers of the request that it is told, beside host, method, path and `Authorization`: names, or a name with `*` at its beginning or end.
   *
   * @default - no others
   */
  readonly includeRequestHeadersInCheck?: string[];

  /**
   * Headers of its answer that the workload receives, written as above. A client's own header of that name stays where the answer has none: it must always set them.
   *
   * @default - none
   */
  readonly headersToUpstreamOnAllow?: string[];

  /**
   * Headers of its answer that the client receives where it refuses, written as above.
   *
   * @default - all
   */
  readonly headersToDownstreamOnDeny?: string[];
}

/** Options of an access log in a file or stream of the proxy. */
export interface AccessLogOptions {
  /** Name that Telemetry refers to: at most 63 lower-case letters, digits and `-`. */
  readonly name: string;

  /**
   * Where the proxy writes.
   *
   * @default "/dev/stdout"
   */
  readonly path?: string;

  /**
   * Fields of each line, which is JSON then, such as `status: '%RESPONSE_CODE%'`. Whole tokens (`%DYNAMIC_METADATA(envoy.filters.http.jwt_authn)%`) are personal data.
   *
   * @default - Istio's own format, as text
   */
  readonly labels?: { [label: string]: string };
}

const GRPC: InputStruct<ExtAuthzGrpcOptions> = {
  name: 'ExtAuthzGrpcOptions', members: { name: 'needed', service: 'needed', port: 'needed', timeout: 'value', failOpen: 'value', statusOnError: 'value' },
};

const HTTP: InputStruct<ExtAuthzHttpOptions> = {
  name: 'ExtAuthzHttpOptions',
  members: {
    ...GRPC.members, pathPrefix: 'value', includeRequestHeadersInCheck: 'value', headersToUpstreamOnAllow: 'value', headersToDownstreamOnDeny: 'value',
  },
};

const ACCESS_LOG: InputStruct<AccessLogOptions> = { name: 'AccessLogOptions', members: { name: 'needed', path: 'value', labels: 'value' } };

/**
 * What policies and Telemetry refer to by name: an external authorizer, or an access log.
 *
 * Rendered as one entry of `meshConfig.extensionProviders`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export class ExtensionProvider {
  /**
   * An external authorizer that is asked over gRPC, about HTTP requests and about TCP connections. Renders `envoyExtAuthzGrpc`.
   *
   * @param options where it is, and what happens where it fails
   */
  public static extAuthzGrpc(options: ExtAuthzGrpcOptions): ExtensionProvider {
    noFurther('ExtensionProvider.extAuthzGrpc', arguments, 1, 'state each provider by itself');
    return new ExtensionProvider({ kind: 'extAuthzGrpc', ...authorizer(taken('ExtensionProvider.extAuthzGrpc', GRPC, options)) });
  }

  /**
   * An external authorizer that is asked over HTTP, about HTTP requests only: TCP connections pass unasked. Renders `envoyExtAuthzHttp`.
   *
   * @param options where it is, what it is told, and what happens where it fails
   */
  public static extAuthzHttp(options: ExtAuthzHttpOptions): ExtensionProvider {
    noFurther('ExtensionProvider.extAuthzHttp', arguments, 1, 'state each provider by itself');
    const given = taken('ExtensionProvider.extAuthzHttp', HTTP, options);
    const { pathPrefix, includeRequestHeadersInCheck, headersToUpstreamOnAllow, headersToDownstreamOnDeny } = given;
    return new ExtensionProvider({
      kind: 'extAuthzHttp',
      ...authorizer(given),
      pathPrefix: pathPrefix === undefined ? undefined : prefix(pathPrefix),
      includeRequestHeadersInCheck: headers('includeRequestHeadersInCheck', includeRequestHeadersInCheck),
      headersToUpstreamOnAllow: headers('headersToUpstreamOnAllow', headersToUpstreamOnAllow),
      headersToDownstreamOnDeny: headers('headersToDownstreamOnDeny', headersToDownstreamOnDeny),
    });
  }

  /**
   * An access log in a file or stream of the proxy. Renders `envoyFileAccessLog`.
   *
   * @param options where it is written, and what
   */
  public static accessLog(options: AccessLogOptions): ExtensionProvider {
    noFurther('ExtensionProvider.accessLog', arguments, 1, 'state each provider by itself');
    const { name, path = '/dev/stdout', labels } = taken('ExtensionProvider.accessLog', ACCESS_LOG, options);
    if (typeof path !== 'string' || !/^(\/[\w.-]+)+$/.test(path)) {
      throw new Error(`path must be an absolute path such as '/dev/stdout', got ${quoted(path)}; name a file that proxies can write, or a stream`);
    }
    if (new URL(`file://${path}`).pathname === '/dev/null') { throw new Error(`path must be where somebody reads, got ${quoted(path)}, which keeps nothing; leave it out, or take out the log`); }
    return new ExtensionProvider({ kind: 'accessLog', name: providerName(name), path, ...labels === undefined ? {} : { labels: logLabels(labels) } });
  }

  /** @internal */
  public readonly _data: ExtensionProviderData;

  private constructor(data: ExtensionProviderData) { this._data = data; }

  /** What it is, as text for tables and messages: `opa: authorizer over gRPC at opa.authz.svc.cluster.local:9191, refuses where it fails`. */
  public describeExtensionProvider(): string {
    const { _data: data } = this;
    if (data.kind === 'accessLog') { return `${data.name}: access log in ${data.path}`; }
    const protocol = data.kind === 'extAuthzGrpc' ? 'gRPC' : 'HTTP';
    return `${data.name}: authorizer over ${protocol} at ${data.service}:${data.port}, ${data.failOpenReason === undefined ? 'refuses' : 'lets pass'} where it fails`;
  }
}

/** Those that istiod brings itself: another of the name takes the place of its metrics and logs. */
const BUILT_IN = ['prometheus', 'stackdriver', 'envoy'];

function providerName(name: string): string {
  dnsLabel('name', name, 'choose one like that, since from Istio 1.30 policies that name another refuse all that they match');
  if (BUILT_IN.includes(name)) { throw new Error(`name must not be one of Istio's own providers, got ${quoted(name)}, whose place it would take; choose another`); }
  return name;
}

function authorizer({ name, service, port, timeout, failOpen, statusOnError }: ExtAuthzGrpcOptions): Omit<GrpcAuthorizerData, 'kind'> {
  return {
    name: providerName(name),
    service: host(service),
    port: portNumber('port', port, 'give the port of the Service'),
    timeoutMillis: timeout === undefined ? 2000 : millis(timeout),
    ...failOpen === undefined ? {} : { failOpenReason: justified('failOpen', failOpen) },
    ...statusOnError === undefined ? {} : { statusOnError: status(statusOnError) },
  };
}

const HOST = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** istiod finds it among the hosts that it knows, which are whole names. */
function host(service: string): string {
  if (typeof service !== 'string' || service.length > 253 || !HOST.test(service)) {
    throw new Error(`service must be a whole host name such as 'opa.authz.svc.cluster.local', got ${quoted(service)}; give NAME.NAMESPACE.svc.cluster.local, without port or scheme`);
  }
  return service;
}

/** Every request waits for it: more than a minute is as good as none. */
function millis(timeout: Duration): number {
  const given = typeof (timeout as Duration | undefined)?.toMilliseconds === 'function' ? timeout.toMilliseconds({ integral: false }) : NaN;
  if (!(Number.isInteger(given) && given >= 1 && given <= 60_000)) {
    throw new Error(`timeout must be a Duration from 1 millisecond to 1 minute, got ${quoted(Number.isNaN(given) ? timeout : `${given} ms`)}; as in Duration.seconds(2)`);
  }
  return given;
}

/** Statuses that Envoy takes; of those that are no errors a client would think that it got an answer. */
const STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 429, 431,
  500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
];

function status(given: number): number {
  if (!STATUSES.includes(given)) { throw new Error(`statusOnError must be an HTTP status from 400 to 599 that Envoy knows, got ${quoted(given)}; as in 403 or 503`); }
  return given;
}

function prefix(given: string): string {
  if (typeof given !== 'string' || !/^\/[^\s?#*%]*$/.test(given)) { throw new Error(`pathPrefix must be the beginning of a path, got ${quoted(given)}; as in '/check'`); }
  return given;
}

function headers(prop: string, names: readonly string[] | undefined): string[] {
  if (names === undefined) { return []; }
  return atLeastOne(prop, names, 'name headers, or leave it out').map((name, i) => {
    if (typeof name !== 'string' || !/^(\*?[\w!#$%&'^`|~+.-]+|[\w!#$%&'^`|~+.-]+\*)$/.test(name)) {
      throw new Error(`${prop}[${i}] must be the name of a header, or one with '*' at its beginning or end, got ${quoted(name)}; as in 'x-user' or 'x-auth-*'`);
    }
    return name;
  });
}

/** Text with commands of Envoy, each between two `%`: one that is not closed, and a proxy takes no configuration at all. */
const FORMAT = /^([^%]|%%|%[A-Z][A-Z0-9_]*(\(([^()]|\([^()]*\))*\))?(:\d+)?%)*$/;

function logLabels(given: { readonly [label: string]: string }): NonNullable<AccessLogData['labels']> {
  const labels = Object.entries(mapOf('labels', given));
  if (labels.length === 0) { throw new Error("labels must have at least one field, got '{}'; leave it out for Istio's own format"); }
  for (const [label, value] of labels) {
    text(`labels.${label}`, value, "give what is written, as in '%RESPONSE_CODE%'");
    if (!FORMAT.test(value)) {
      throw new Error(`labels.${label} must have each command of Envoy between two '%', got ${quoted(value)}; as in '%RESPONSE_CODE%', or '%%' for the sign itself`);
    }
  }
  return Object.fromEntries(labels);
}
