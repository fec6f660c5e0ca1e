import { BACKEND_FIELDS, FILTER, HEADER_NAME } from './http-route-filter';
import { distinctFilters, distinctSections, matchablePath, matchesTogether, onePrefixToReplace, portOfService, redirectAlone, timeoutsInOrder } from './http-route-rules';
import { GROUP, HOSTNAME, KIND, namedList, NAMESPACE, OBJECT_NAME, PORT, SECTION_NAME } from './kubernetes';
import { enumOf, INT32, listOf, ListSchema, objectOf, StringSchema } from './schema';

const VALUE_MATCH = { type: enumOf('Exact', 'RegularExpression'), name: HEADER_NAME };

const valueMatches = (maxLength: number): ListSchema =>
  namedList(objectOf({ ...VALUE_MATCH, value: { type: 'string', minLength: 1, maxLength } }, { required: ['name', 'value'] }), 16);

const PATH_MATCH = objectOf({ type: enumOf('Exact', 'PathPrefix', 'RegularExpression'), value: { type: 'string', maxLength: 1024 } }, { rules: [matchablePath] });

const METHOD: StringSchema = { type: 'string', pattern: /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH)$/ };

const MATCH = objectOf({ path: PATH_MATCH, method: METHOD, headers: valueMatches(4096), queryParams: valueMatches(1024) });

const FILTERS: ListSchema = { ...listOf(FILTER, 16), rules: [distinctFilters] };

const BACKEND = objectOf({ ...BACKEND_FIELDS, weight: { ...INT32, minimum: 0, maximum: 1_000_000 }, filters: FILTERS }, { required: ['name'], rules: [portOfService] });

const TIMEOUT: StringSchema = { type: 'string', pattern: /^([0-9]{1,5}(h|m|s|ms)){1,4}$/ };

const RULE = objectOf({
  name: SECTION_NAME,
  matches: listOf(MATCH, 64),
  filters: FILTERS,
  backendRefs: listOf(BACKEND, 16),
  timeouts: objectOf({ request: TIMEOUT, backendRequest: TIMEOUT }, { rules: [timeoutsInOrder] }),
}, { rules: [onePrefixToReplace, redirectAlone] });

const PARENT = objectOf({ group: GROUP, kind: KIND, name: OBJECT_NAME, namespace: NAMESPACE, sectionName: SECTION_NAME, port: PORT }, { required: ['name'] });

/** An HTTPRoute of the Gateway API, as of its version 1.2 with the fields that came until 1.6. */
export const HTTP_ROUTE = objectOf({
  parentRefs: { ...listOf(PARENT, 32), rules: [distinctSections] },
  hostnames: listOf(HOSTNAME, 16),
  rules: { ...listOf(RULE, 16), minItems: 1, rules: [matchesTogether] },
});
