/** How proxies rewrite a path before any policy sees it: `meshConfig.pathNormalization.normalization`. */
export enum PathNormalization {
  /** As sent. */
  NONE = 'NONE',
  /** Dot segments, backslashes and needless escapes are resolved. Istio's default. */
  BASE = 'BASE',
  /** BASE, and several slashes become one. */
  MERGE_SLASHES = 'MERGE_SLASHES',
  /** MERGE_SLASHES, and `%2F` and `%5C` are decoded first. */
  DECODE_AND_MERGE_SLASHES = 'DECODE_AND_MERGE_SLASHES',
}
