/** A port of a server outside of the cluster. */
export interface OutsidePortData {
  /** The port that clients call. */
  readonly number: number;
  /** The port that the server listens on. */
  readonly targetPort: number;
  /** TLS is what clients start themselves. */
  readonly protocol: 'http' | 'tls' | 'tcp';
}

/** A host outside of the cluster, as its clients know it. */
export interface OutsideServerData {
  readonly ports: readonly OutsidePortData[];
  /** By which clients call it; empty where its name or the host of requests is enough. */
  readonly addresses: readonly string[];
}
