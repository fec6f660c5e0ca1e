import { Rule } from './schema';
import { parseDuration } from '../../util/go/duration';
import { GATEWAY_API_GROUP } from '../manifest';

/** The rules of the definition of HTTPRoutes, as functions; what is left out has its default. */

type Fields = Readonly<Record<string, unknown>>;

const objects = (value: unknown): readonly Fields[] => (value ?? []) as readonly Fields[];

/** A filter has the field of its type, and no other. */
export const filterOfType = (fields: Readonly<Record<string, string>>): Rule<Fields> => filter => {
  const own = fields[String(filter.type)];
  const other = Object.values(fields).find(name => name !== own && filter[name] !== undefined);
  if (other !== undefined) { return `must have ${own} and nothing else with type ${String(filter.type)}, got ${other}; use a filter of its own`; }
  return filter[own] === undefined ? `must have ${own} with type ${String(filter.type)}, got nothing; add it` : undefined;
};

const REPEATABLE = ['RequestMirror', 'ExtensionRef'];

export const distinctFilters: Rule<readonly unknown[]> = filters => {
  const types = objects(filters).map(({ type }) => String(type));
  const repeated = types.find((type, index) => !REPEATABLE.includes(type) && types.indexOf(type) < index);
  if (repeated !== undefined) { return `must have at most one ${repeated}, got several; put them into one`; }
  return types.includes('RequestRedirect') && types.includes('URLRewrite') ? 'must have at most one of RequestRedirect and URLRewrite, got both; keep one' : undefined;
};

export const portOfService: Rule<Fields> = ({ group = '', kind = 'Service', port }) =>
  group === '' && kind === 'Service' && port === undefined ? 'must have a port for a Service, got none; add that of the Service' : undefined;

export const numeratorWithin: Rule<Fields> = ({ numerator, denominator = 100 }) =>
  Number(numerator) > Number(denominator) ? `must not be more than the whole, got ${String(numerator)} of ${String(denominator)}; correct it` : undefined;

export const oneShare: Rule<Fields> = ({ percent, fraction }) =>
  percent !== undefined && fraction !== undefined ? 'must have at most one of percent and fraction, got both; keep one' : undefined;

export const statusCodes: Rule<number> = code =>
  [301, 302, 303, 307, 308].includes(code) ? undefined : `must be 301, 302, 303, 307 or 308, got '${code}'; use one of these`;

export const alone: Rule<readonly unknown[]> = items => items.includes('*') && items.length > 1 ? "must have '*' by itself, got others beside it; keep '*', or the others" : undefined;

const MODIFIERS = { ReplaceFullPath: 'replaceFullPath', ReplacePrefixMatch: 'replacePrefixMatch' };

export const modifierOfType: Rule<Fields> = modifier => {
  const own = MODIFIERS[modifier.type as keyof typeof MODIFIERS];
  const other = Object.values(MODIFIERS).find(name => name !== own && modifier[name] !== undefined);
  if (other !== undefined) { return `must not have ${other} with type ${String(modifier.type)}; use ${own}`; }
  return modifier[own] === undefined ? `must have ${own} with type ${String(modifier.type)}, got nothing; add it` : undefined;
};

const PATH_TEXT = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

/** Paths are matched as they are once normalised: what never remains then would match nothing. */
export const matchablePath: Rule<Fields> = ({ type = 'PathPrefix', value = '/' }) => {
  const path = String(value);
  if (type === 'RegularExpression') { return undefined; }
  if (!path.startsWith('/')) { return `must have a path that begins with '/', got '${path}'; correct it`; }
  const odd = ['//', '/./', '/../', '%2f', '%2F', '#'].find(part => path.includes(part)) ?? ['/..', '/.'].find(end => path.endsWith(end));
  if (odd !== undefined) { return `must have a path without '${odd}', got '${path}'; write it as it is when normalised`; }
  return PATH_TEXT.test(path) ? undefined : `must have a path of unreserved characters and escapes such as '%20', got '${path}'; escape the others`;
};

function replacesPrefix(filters: unknown): boolean {
  return objects(filters).some(({ requestRedirect, urlRewrite }) =>
    [requestRedirect, urlRewrite].some(change => ((change as Fields | undefined)?.path as Fields | undefined)?.type === 'ReplacePrefixMatch'));
}

export const onePrefixToReplace: Rule<Fields> = rule => {
  const inUse = [rule, ...objects(rule.backendRefs)].some(({ filters }) => replacesPrefix(filters));
  const [match, ...others] = rule.matches === undefined ? [{}] : objects(rule.matches);
  const { type = 'PathPrefix' } = (match?.path ?? {}) as Fields;
  return inUse && (match === undefined || others.length > 0 || type !== 'PathPrefix')
    ? 'must have exactly one match, of a PathPrefix, where replacePrefixMatch is used; split the rule' : undefined;
};

export const redirectAlone: Rule<Fields> = ({ filters, backendRefs }) =>
  objects(backendRefs).length > 0 && objects(filters).some(({ requestRedirect }) => requestRedirect !== undefined)
    ? 'must have no backendRefs beside a redirect, got both; keep one' : undefined;

export const timeoutsInOrder: Rule<Fields> = ({ request, backendRequest }) => {
  const [whole, one] = [request, backendRequest].map(value => value === undefined ? undefined : parseDuration(String(value)));
  return whole !== undefined && one !== undefined && whole !== BigInt(0) && one > whole
    ? `must not have a backendRequest of more than request, got ${String(backendRequest)} and ${String(request)}; correct one of them` : undefined;
};

const MAX_MATCHES = 128;

export const matchesTogether: Rule<readonly unknown[]> = rules => {
  const count = objects(rules).reduce((sum, { matches }) => sum + (matches === undefined ? 1 : objects(matches).length), 0);
  return count > MAX_MATCHES ? `must have at most ${MAX_MATCHES} matches together, got ${count}; spread them over several routes` : undefined;
};

/** Each reference to a parent that is named several times is for another listener. */
export const distinctSections: Rule<readonly unknown[]> = parents => {
  const named = objects(parents).map(({ group = GATEWAY_API_GROUP, kind = 'Gateway', name, namespace = '', sectionName = '' }) =>
    ({ parent: [group, kind, namespace, name].map(String).join('/'), sectionName: String(sectionName) }));
  const repeated = named.find(({ parent, sectionName }, index) => named.some((other, place) =>
    place < index && other.parent === parent && (other.sectionName === sectionName || other.sectionName === '' || sectionName === '')));
  return repeated === undefined ? undefined
    : `must name another sectionName in each reference to one parent, got ${repeated.sectionName === '' ? 'none' : `'${repeated.sectionName}' again`}; name the listeners, or keep one reference for all`;
};
