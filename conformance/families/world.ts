import { Recorded } from './family';

/** A recorded world of a decision family. */
export interface World extends Recorded {
  readonly family: 'sidecar' | 'waypoint' | 'gateway' | 'ztunnel';
  readonly meshConfig?: { readonly extensionProviders?: { readonly name: string }[] };
  readonly manifests: string;
  readonly destination?: RecordedDestination;
  readonly requests?: RecordedRequest[];
  readonly connections?: RecordedConnection[];
}

export interface RecordedDestination {
  readonly namespace: string;
  readonly workload?: string;
  readonly service?: string;
  readonly serviceEntry?: string;
  readonly waypoint?: string;
  readonly gateway?: string;
  readonly ip?: string;
}

export interface RecordedPeer {
  readonly principal?: string;
  readonly plaintext?: boolean;
  readonly tls?: 'one-way';
  readonly alpn?: string[];
}

export interface RecordedToken {
  readonly in: string;
  readonly prefix?: string;
  readonly claims?: Record<string, unknown>;
  readonly raw?: string;
  readonly state: string;
}

export interface RecordedRequest {
  readonly port: number;
  readonly peer: RecordedPeer;
  readonly sni?: string;
  readonly sourceIp: string;
  readonly http?: {
    readonly version: string;
    readonly method: string;
    readonly path: string;
    readonly authority: string | null;
    readonly headers?: Record<string, string | string[]>;
  };
  readonly tokens?: RecordedToken[];
  readonly features: readonly string[];
  readonly verdict: { readonly allowed: boolean; readonly status: string | number; readonly by?: string; readonly policy?: string };
}

export interface RecordedConnection {
  readonly destination: RecordedDestination;
  readonly port: number;
  readonly peer: RecordedPeer;
  readonly sourceIp: string;
  readonly features: readonly string[];
  readonly verdict: { readonly allowed: boolean; readonly reason: string };
}
