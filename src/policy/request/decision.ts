/** Whether a request is let through. */
export enum Decision {
  /** Every proxy on the way lets it pass. */
  ALLOW = 'ALLOW',
  /** A proxy on the way refuses it. */
  DENY = 'DENY',
  /** It passes if an external authorizer says yes; the response names the providers. */
  CONDITIONAL = 'CONDITIONAL',
  /** The manifests and the request do not say enough; the response names what is missing. */
  UNDECIDED = 'UNDECIDED',
}

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
  /** AUDIT policies, which never refuse. */
  AUDIT = 'AUDIT',
  /** DENY policies. */
  DENY = 'DENY',
  /** ALLOW policies, one of which must match if there is any. */
  ALLOW = 'ALLOW',
}
