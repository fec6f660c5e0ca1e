import { RouteTest } from './route-match';

/** A route for requests. */
export interface HttpRoute {
  readonly test: RouteTest;
  /** Whether it takes every request. */
  readonly takesAll: boolean;
  /** What a client sees: 200 where the request is sent on. */
  readonly status: number;
}

/** Routes that are bound to a server, as far as they are for it. */
export interface BoundRoutes {
  readonly namespace: string;
  /** Hosts, in lower case. */
  readonly hosts: readonly string[];
  readonly http: readonly HttpRoute[];
  /** Whether connections are sent on, too, once TLS has ended. */
  readonly tcp: boolean;
  /** The server names of each route for TLS that is passed on; none for any. */
  readonly tls: readonly (readonly string[])[];
}
