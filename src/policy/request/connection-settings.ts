import { PathNormalization } from './path-normalization';

/** What a proxy does with a path that has escaped slashes: `httpPathWithEscapedSlashesAction`. */
export enum EscapedSlashes {
  /** Leaves them as they are. */
  KEEP_UNCHANGED = 'KEEP_UNCHANGED',
  /** Refuses the request. */
  REJECT_REQUEST = 'REJECT_REQUEST',
  /** Tells the client to ask for the path without escapes. */
  UNESCAPE_AND_REDIRECT = 'UNESCAPE_AND_REDIRECT',
  /** Decodes them. */
  UNESCAPE_AND_FORWARD = 'UNESCAPE_AND_FORWARD',
}

/** What a proxy does with a header whose name has an underscore: `httpHeadersWithUnderscoresAction`. */
export enum HeadersWithUnderscores {
  /** Takes it like any other. */
  ALLOW = 'ALLOW',
  /** Refuses the request. */
  REJECT_REQUEST = 'REJECT_REQUEST',
  /** Leaves it out. */
  DROP_HEADER = 'DROP_HEADER',
}

/** What proxies do with requests before any policy sees them, as in `connectionSettings` of a ProxyConfig; since Istio 1.31. */
export interface ConnectionSettings {
  /**
   * Whether several slashes become one.
   *
   * @default - as the normalization of paths says; they do at gateways with the edge profile
   */
  readonly mergeSlashes?: boolean;

  /**
   * What becomes of paths with escaped slashes.
   *
   * @default - as the normalization of paths says; a redirect at gateways with the edge profile
   */
  readonly escapedSlashes?: EscapedSlashes;

  /**
   * What becomes of headers whose names have underscores.
   *
   * @default HeadersWithUnderscores.ALLOW, and REJECT_REQUEST at gateways with the edge profile
   */
  readonly headersWithUnderscores?: HeadersWithUnderscores;

  /**
   * Whether the profile is EDGE: at gateways it changes what is not said above.
   *
   * @default false
   */
  readonly edgeProfile?: boolean;
}

/** What a proxy does with a request before any policy sees it. */
export interface RequestRules {
  /** Whether dots, backslashes and needless escapes are resolved. */
  readonly normalizes: boolean;
  readonly mergesSlashes: boolean;
  readonly escapedSlashes: EscapedSlashes;
  readonly headersWithUnderscores: HeadersWithUnderscores;
}

const EDGE = {
  mergeSlashes: true,
  escapedSlashes: EscapedSlashes.UNESCAPE_AND_REDIRECT,
  headersWithUnderscores: HeadersWithUnderscores.REJECT_REQUEST,
};

/** The rules of a proxy: what the settings of its connections do not say is as the normalization of paths has it. */
export function requestRules(normalization: PathNormalization, settings: ConnectionSettings = {}, isGateway = false): RequestRules {
  const edge: Partial<typeof EDGE> = settings.edgeProfile && isGateway ? EDGE : {};
  const decodes = normalization === PathNormalization.DECODE_AND_MERGE_SLASHES;
  const usual = decodes ? EscapedSlashes.UNESCAPE_AND_FORWARD : EscapedSlashes.KEEP_UNCHANGED;
  return {
    normalizes: normalization !== PathNormalization.NONE,
    mergesSlashes: settings.mergeSlashes ?? edge.mergeSlashes ?? (decodes || normalization === PathNormalization.MERGE_SLASHES),
    escapedSlashes: settings.escapedSlashes ?? edge.escapedSlashes ?? usual,
    headersWithUnderscores: settings.headersWithUnderscores ?? edge.headersWithUnderscores ?? HeadersWithUnderscores.ALLOW,
  };
}
