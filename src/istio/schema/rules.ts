import { DURATION, Rule, StringSchema } from './schema';
import { parseDuration } from '../../util/go/duration';
import { parseInt64 } from '../../util/go/numbers';
import { parseRequestUri, parseUrl } from '../../util/go/url';

/** The CEL rules of the CRDs, as functions. */

type Fields = Readonly<Record<string, unknown>>;

/** `has()` of CEL: an empty list or object counts. */
function present(fields: Fields, ...names: readonly string[]): string[] {
  return names.filter(name => Object.prototype.hasOwnProperty.call(fields, name));
}

export const oneAttachment: Rule<Fields> = spec => {
  const given = present(spec, 'selector', 'targetRef', 'targetRefs');
  return given.length > 1 ? `must have at most one of selector, targetRef and targetRefs, got ${given.join(' and ')}, where empty counts; keep one` : undefined;
};

/** At most one of two fields. */
export const excluding = (one: string, other: string): Rule<Fields> => fields =>
  present(fields, one, other).length > 1 ? `must have at most one of ${one} and ${other}, got both, where empty counts; keep one` : undefined;

/** What is in a waypoint is matched in its context, and nothing else there. */
export const waypointInItsContext: Rule<Fields> = ({ context, waypoint }) => {
  const isThere = waypoint !== undefined;
  if (context === 'WAYPOINT') {
    return isThere ? undefined : 'must have waypoint with context WAYPOINT, got none; add it, or use SIDECAR_INBOUND with targetRefs, which waypoints read';
  }
  return isThere ? 'must have waypoint with context WAYPOINT only, got it without; drop it, and use SIDECAR_INBOUND with targetRefs, which waypoints read' : undefined;
};

export const waypointPort: Rule<number> = port =>
  port < 1 || port > 65535 ? `must be from 1 to 65535, got '${port}'; give the port of the Service` : undefined;

/** The operation counts only where it is written. */
export const valueOnlyForUpsert: Rule<Fields> = ({ operation, value }) => {
  if (operation === 'UPSERT' && (value ?? '') === '') {
    return 'must have a value where the operation is UPSERT, got none; give the value, or REMOVE the tag';
  }
  return operation === 'REMOVE' && value !== undefined ? `must have no value where the operation is REMOVE, got '${String(value)}'; drop it` : undefined;
};

export const serviceAccountsAlone: Rule<Fields> = source => {
  const accounts = present(source, 'serviceAccounts', 'notServiceAccounts');
  const others = present(source, 'principals', 'notPrincipals', 'namespaces', 'notNamespaces');
  return accounts.length > 0 && others.length > 0
    ? `must not have ${accounts[0]} beside ${others.join(' and ')}, where empty counts; say it all with principals, or use several sources`
    : undefined;
};

export const oneKeySet: Rule<Fields> = rule => {
  const given = present(rule, 'jwksUri', 'jwks_uri', 'jwks');
  return given.length > 1 ? `must have at most one of jwksUri and jwks, got ${given.join(' and ')}; keep one` : undefined;
};

export const portsNeedSelector: Rule<Fields> = spec => {
  const labels = (spec.selector as { matchLabels?: object } | undefined)?.matchLabels;
  return present(spec, 'portLevelMtls').length > 0 && Object.keys(labels ?? {}).length === 0
    ? 'must have a selector with labels where it has portLevelMtls; add selector.matchLabels, or drop portLevelMtls'
    : undefined;
};

export const portNumbers: Rule<Fields> = ports => {
  const bad = Object.keys(ports).find(key => {
    const port = parseInt64(key);
    return port === undefined || port <= 0 || port > 65535;
  });
  return bad === undefined ? undefined : `must have port numbers from 1 to 65535 as keys, got '${bad}'; use the container port`;
};

export const keysWithoutWildcard: Rule<Fields> = labels => {
  const bad = Object.keys(labels).find(key => key.includes('*'));
  return bad === undefined ? undefined : `must have label keys without '*', got '${bad}'; labels match exactly`;
};

export const keysNotEmpty: Rule<Fields> = labels =>
  present(labels, '').length > 0 ? 'must have label keys that are not empty, got \'\'; name the label' : undefined;

export const noWildcard: Rule<string> = value =>
  value.includes('*') ? `must not contain '*', got '${value}'; labels match exactly` : undefined;

export const noNamespace: Rule<string> = value =>
  value === '' ? undefined : `must be empty, got '${value}'; references stay in the namespace of the policy, so drop it`;

export const httpUrl: Rule<string> = value => {
  const request = parseRequestUri(value);
  const url = typeof request === 'string' ? request : parseUrl(value);
  if (typeof url === 'string') {
    return `must be a URL, got '${value}': ${url}; write 'https://HOST/PATH'`;
  }
  return url.scheme === 'http' || url.scheme === 'https' ? undefined : `must begin with http:// or https://, got '${value}'; write 'https://HOST/PATH'`;
};

export const atLeastOneMillisecond: Rule<string> = value => {
  const duration = parseDuration(value);
  return duration === undefined || duration < BigInt(1_000_000)
    ? `must be a duration of at least 1ms, got '${value}'; write a number and a unit, such as '5s' or '1m30s'`
    : undefined;
};

/** A duration that the CRD takes from a millisecond on. */
export const PERIOD: StringSchema = { ...DURATION, rules: [atLeastOneMillisecond] };
