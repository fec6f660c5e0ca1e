import { ATTACHMENT, WORKLOAD_LABELS } from './attachment';
import { excluding, waypointInItsContext, waypointPort } from './rules';
import { enumOf, INT32, listOf, mapOf, objectOf, STRING, UINT32 } from './schema';

const NAMED = objectOf({ name: STRING });

const FILTER = objectOf({ name: STRING, subFilter: NAMED });

const FILTER_CHAIN = objectOf({
  name: STRING,
  sni: STRING,
  transportProtocol: STRING,
  applicationProtocols: STRING,
  filter: FILTER,
  destinationPort: UINT32,
  transportSocket: STRING,
});

const LISTENER = objectOf({ portNumber: UINT32, portName: STRING, filterChain: FILTER_CHAIN, listenerFilter: STRING, name: STRING });

const ROUTE = objectOf({ name: STRING, action: enumOf('ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE') });

const ROUTE_CONFIGURATION = objectOf({
  portNumber: UINT32,
  portName: STRING,
  gateway: STRING,
  vhost: objectOf({ name: STRING, domainName: STRING, route: ROUTE }),
  name: STRING,
});

const CLUSTER = objectOf({ portNumber: UINT32, service: STRING, subset: STRING, name: STRING });

const WAYPOINT = objectOf({ filter: FILTER, portNumber: { ...UINT32, rules: [waypointPort] }, route: NAMED });

const MATCH = objectOf({
  context: enumOf('ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY', 'WAYPOINT'),
  proxy: objectOf({ proxyVersion: STRING, metadata: mapOf(STRING) }),
  listener: LISTENER,
  routeConfiguration: ROUTE_CONFIGURATION,
  cluster: CLUSTER,
  waypoint: WAYPOINT,
}, { oneOf: [['listener', 'routeConfiguration', 'cluster', 'waypoint']], rules: [waypointInItsContext] });

const OPERATIONS = ['MERGE', 'ADD', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE', 'MERGE_AND_REPLACE_LIST'];

const PATCH = objectOf({
  operation: enumOf('INVALID', ...OPERATIONS),
  value: mapOf({ type: 'any' }),
  filterClass: enumOf('UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS'),
});

/** What can be patched, in the order of the numbers that stand for it. */
export const PATCHED = [
  'LISTENER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER', 'ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE', 'CLUSTER', 'EXTENSION_CONFIG', 'BOOTSTRAP', 'LISTENER_FILTER',
];

export const ENVOY_FILTER = objectOf({
  workloadSelector: WORKLOAD_LABELS,
  targetRefs: ATTACHMENT.targetRefs,
  configPatches: listOf(objectOf({ applyTo: enumOf('INVALID', ...PATCHED), match: MATCH, patch: PATCH })),
  priority: INT32,
}, { rules: [excluding('workloadSelector', 'targetRefs')] });
