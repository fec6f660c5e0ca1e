import { EnvoyFilterMatch } from './envoy-filter-match';
import { PolicyTargetReference, WorkloadLabels } from './selection';

/**
 * What of a proxy's configuration is patched.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-ApplyTo
 */
export enum EnvoyFilterApplyTo {
  /** A listener. */
  LISTENER = 'LISTENER',

  /** A chain of filters of a listener. */
  FILTER_CHAIN = 'FILTER_CHAIN',

  /** A filter of a chain, for connections. */
  NETWORK_FILTER = 'NETWORK_FILTER',

  /** A filter for requests, in the HTTP connection manager. */
  HTTP_FILTER = 'HTTP_FILTER',

  /** A configuration of routes, without its virtual hosts; MERGE and MERGE_AND_REPLACE_LIST only. */
  ROUTE_CONFIGURATION = 'ROUTE_CONFIGURATION',

  /** A virtual host. */
  VIRTUAL_HOST = 'VIRTUAL_HOST',

  /** A route of a virtual host. */
  HTTP_ROUTE = 'HTTP_ROUTE',

  /** A cluster. */
  CLUSTER = 'CLUSTER',

  /** A configuration of an HTTP filter that the proxy asks for by name; ADD only. */
  EXTENSION_CONFIG = 'EXTENSION_CONFIG',

  /** What a proxy starts with. Istio no longer wants it to be used, and istiod does not apply it to running proxies. */
  BOOTSTRAP = 'BOOTSTRAP',

  /** A filter that looks at a connection before a chain is chosen. */
  LISTENER_FILTER = 'LISTENER_FILTER',
}

/**
 * How a patch is applied. Where it does not fit `applyTo`, it does nothing.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation
 */
export enum EnvoyFilterOperation {
  /** Puts the value into what is there: fields are overwritten, lists made longer. */
  MERGE = 'MERGE',

  /** Adds the value at the end of its list. */
  ADD = 'ADD',

  /** Takes out what is matched; what has no match of its own is left. */
  REMOVE = 'REMOVE',

  /** Puts the value right before the filter or route that is matched; before all, where none is named. What has no order is added. */
  INSERT_BEFORE = 'INSERT_BEFORE',

  /** Puts the value right after the filter or route that is matched; after all, where none is named. What has no order is added. */
  INSERT_AFTER = 'INSERT_AFTER',

  /** Puts the value before all. Policies come after it, so that it also sees what they refuse. */
  INSERT_FIRST = 'INSERT_FIRST',

  /** Puts the value in the place of the filter or virtual host that is matched. */
  REPLACE = 'REPLACE',

  /** As MERGE, but lists take the place of those that are there; of Istio 1.31 or newer. */
  MERGE_AND_REPLACE_LIST = 'MERGE_AND_REPLACE_LIST',
}

/** Where a filter is added among those of Istio. No istiod that is known here reads it: the operation decides. */
export enum EnvoyFilterClass {
  /** Where istiod will. */
  UNSPECIFIED = 'UNSPECIFIED',

  /** After the filters that authenticate. */
  AUTHN = 'AUTHN',

  /** After the filters that authorize. */
  AUTHZ = 'AUTHZ',

  /** Before the filters that count. */
  STATS = 'STATS',
}

/**
 * What is done to what is matched.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch
 */
export interface EnvoyFilterPatch {
  /**
   * How the value is applied.
   *
   * @default - none, which istiod refuses
   */
  readonly operation?: EnvoyFilterOperation;

  /**
   * A part of Envoy's configuration, in JSON, without null: of the kind that `applyTo` names. Not needed by REMOVE.
   *
   * It is taken as it is: what stands deeper than its first fields is judged by istiod and by Envoy. With a field that they do not know, the patch may be left out without a word;
   * with a value that Envoy refuses, its listener stays as it was.
   *
   * @default - none, which istiod refuses of all but REMOVE
   * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/api
   */
  readonly value?: { [field: string]: any };

  /**
   * Where a filter is added among those of Istio. No istiod that is known here reads it.
   *
   * @default EnvoyFilterClass.UNSPECIFIED
   */
  readonly filterClass?: EnvoyFilterClass;
}

/**
 * One patch: of what, where, and how.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-EnvoyConfigObjectPatch
 */
export interface EnvoyFilterConfigPatch {
  /**
   * What is patched.
   *
   * @default - none, which istiod refuses
   */
  readonly applyTo?: EnvoyFilterApplyTo;

  /**
   * What exactly, and in which proxies.
   *
   * @default - all of it, in all of them
   */
  readonly match?: EnvoyFilterMatch;

  /**
   * What is done to it.
   *
   * @default - none, which istiod refuses
   */
  readonly patch?: EnvoyFilterPatch;
}

/**
 * The `spec` of an EnvoyFilter.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter
 */
export interface EnvoyFilterSpec {
  /**
   * Workloads of the namespace whose proxies are patched; at most one of this and `targetRefs`. Waypoints do not read it.
   *
   * @default - all of the namespace; in the root namespace, those of every namespace
   */
  readonly workloadSelector?: WorkloadLabels;

  /**
   * Gateways whose proxies are patched, by reference: a `Gateway` of the namespace, or a `GatewayClass` in the root namespace. A waypoint is patched by its Gateway; a Service or
   * ServiceEntry of a waypoint is taken, and nothing is patched.
   *
   * @default - `workloadSelector`
   */
  readonly targetRefs?: PolicyTargetReference[];

  /**
   * The patches, in the order in which they are applied.
   *
   * @default - none, which does nothing
   */
  readonly configPatches?: EnvoyFilterConfigPatch[];

  /**
   * Order among EnvoyFilters: from the lowest to the highest; those of the root namespace come first where it is the same, then the oldest.
   *
   * @default 0
   */
  readonly priority?: number;
}
