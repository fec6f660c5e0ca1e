/** The stages of a proxy, in the order in which a request meets them. */
export enum Stage {
  /** TLS and PeerAuthentication: whether the connection is accepted at all. */
  TRANSPORT = 'TRANSPORT',
  /** The proxy's own checks of the request. */
  PROTOCOL = 'PROTOCOL',
  /** External authorizers of CUSTOM policies. */
  CUSTOM = 'CUSTOM',
  /** RequestAuthentication. */
  TOKEN = 'TOKEN',
  /** DENY policies. */
  DENY = 'DENY',
  /** ALLOW policies, one of which must match if there is any. */
  ALLOW = 'ALLOW',
}
