/** Whether a request is let through. */
export enum Decision {
  /** Every proxy on the way lets it pass. */
  ALLOW = 'ALLOW',
  /** A proxy on the way refuses it. */
  DENY = 'DENY',
  /** It hangs on what an external authorizer says; the response names the providers. */
  CONDITIONAL = 'CONDITIONAL',
  /** The manifests and the request do not say enough; the response names what is missing. */
  UNDECIDED = 'UNDECIDED',
}

/** Why an answer is UNDECIDED. */
export enum UndecidedReason {
  /** The request does not say what a rule asks for, such as an address. */
  UNKNOWN_FACT = 'UNKNOWN_FACT',
  /** Which of several policies, routes, Services or ServiceEntries is the oldest, and so counts, matters, and the manifests do not tell. */
  UNKNOWN_AGE = 'UNKNOWN_AGE',
  /** What stands on the way, or what it does, is not in the manifests or is not evaluated. */
  UNKNOWN_WAY = 'UNKNOWN_WAY',
  /** The request may take several ways, or be sent in several, which end differently. */
  SEVERAL_WAYS = 'SEVERAL_WAYS',
  /** A manifest cannot be read as it was meant, or there are several of one name, and it matters. */
  MANIFEST_IN_DOUBT = 'MANIFEST_IN_DOUBT',
}

/** The stages of a request, in the order in which it meets them: the network before a proxy, then those of the proxy. */
export enum Stage {
  /** NetworkPolicies of Kubernetes, of the pod that sends and of the one that takes the connection. */
  NETWORK = 'NETWORK',
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
