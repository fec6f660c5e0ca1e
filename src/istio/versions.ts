import { checkFields, Need, Release } from './field-versions';
import { Manifest } from './manifest';
import { at, Problem, reportTo } from './problem';
import { isObject } from './schema/schema';
import { quoted } from '../util/text';

/** A resource with fields that came in different versions. */
export type VersionedManifest = Manifest;

const OLDEST = 24;
const NEWEST = 32;

/** The oldest version whose fields this library knows. */
export const OLDEST_VERSION = `1.${OLDEST}`;
/** The newest one. */
export const NEWEST_VERSION = `1.${NEWEST}`;

/** Since when istiod knows a field of a source; an older one stores it at best, and enforces the policy without it. */
const SOURCE_FIELDS: Readonly<Record<string, Release>> = {
  serviceAccounts: [25, 0],
  notServiceAccounts: [25, 0],
  trustDomains: [30, 2], // stored since 1.30.0, enforced since 1.30.2
  notTrustDomains: [30, 2],
};

const WHEN_KEYS: Readonly<Record<string, Release>> = {
  'source.serviceAccount': [25, 0],
  'source.trustDomain': [30, 2],
};

/** Keys that waypoints know later than sidecars. */
const WAYPOINT_KEYS: Readonly<Record<string, Release>> = { 'connection.sni': [25, 0] };

/** What targets could name from the start, as `group/kind`; anything else, of which most is refused by the webhook, since 1.25. */
const FIRST_TARGETS = ['core/Service', '/Service', 'gateway.networking.k8s.io/Gateway', 'networking.istio.io/ServiceEntry'];

const JWT_FIELDS: Readonly<Record<string, Release>> = {
  spaceDelimitedClaims: [28, 0],
  presence: [32, 0], // in the API; istiod's code of August 2026 does not read it yet
};

/** Before, the schema's own rule reads the group of every target, and fails where there is none. */
const GROUP_OPTIONAL: Release = [25, 0];

const OTHER_TARGETS: Release = [25, 0];

const ISSUER_OPTIONAL: Release = [27, 0];

/**
 * What of a resource an Istio version does not know. The resource is one that the newest version admits.
 *
 * @param version such as `1.29` or `1.29.3`; without a patch, the first release of the minor is meant
 */
export function unknownTo(version: string, manifest: VersionedManifest): Problem[] {
  const running = parseVersion('istioVersion', version);
  const problems: Problem[] = [];
  const report = reportTo(problems, 'unknown-field');
  const need: Need = (since, field, what, remedy = 'left out') => {
    if (isBefore(running, since)) {
      report(field, `must be ${remedy}, as Istio ${version} does not know ${what}; it came with ${shownRelease(since)}`);
    }
  };
  const spec: Fields = isObject(manifest.spec) ? manifest.spec : {};
  checkFields(manifest, need);
  checkTargets(spec, need);
  checkRules(spec, need);
  list(spec.jwtRules).forEach((rule, index) => checkJwtRule(rule, at('spec.jwtRules', index), need));
  return problems;
}

type Fields = Readonly<Record<string, unknown>>;

/** The version, which must be one whose fields this library knows. */
export function knownVersion(prop: string, version: string): string {
  parseVersion(prop, version);
  return version;
}

/** Whether a version is one whose fields this library knows; what follows its number, such as `-distroless`, does not matter. */
export function isKnownVersion(version: string): boolean {
  const minor = Number(/^1\.(\d+)(?=$|[^\d])/.exec(version)?.[1]);
  return minor >= OLDEST && minor <= NEWEST;
}

/** Whether a version is `since`, such as `1.25`, or newer; one without a patch stands for the first release of its minor. */
export function isAtLeast(version: string, since: string): boolean {
  return !isBefore(parseVersion('istioVersion', version), parseVersion('since', since));
}

/** Whether what came with a version is known to the istiod of a mesh, whose version may not be stated: then to each that this library supports. */
export function isKnownTo(stated: string | undefined, since: string): boolean { return isAtLeast(stated ?? OLDEST_VERSION, since); }

/** Which istiod does not know something, and what to do about it, as messages show it. */
export function unknownThere(stated: string | undefined, otherwise: string): string {
  return stated === undefined ? `and no istioVersion is stated; ${otherwise}, or state one by a ZeroTrustMesh`
    : `the mesh has ${stated}; ${otherwise}, or raise istioVersion of the ZeroTrustMesh`;
}

function isBefore([minor, patch]: Release, [sinceMinor, sincePatch]: Release): boolean {
  return minor < sinceMinor || (minor === sinceMinor && patch < sincePatch);
}

function parseVersion(prop: string, version: string): Release {
  if (typeof version === 'number') { throw new Error(`${prop} must be text, got the number ${String(version)}; write it in quotes, such as '1.29'`); }
  const match = typeof version === 'string' ? /^1\.([1-9][0-9])(?:\.(0|[1-9][0-9]*))?$/.exec(version) : null;
  const minor = Number(match?.[1]);
  if (match === null || minor < OLDEST || minor > NEWEST) {
    throw new Error(`${prop} must be from 1.${OLDEST} to 1.${NEWEST}, such as '1.29' or '1.29.3', got ${quoted(version)}; give the version of istiod`);
  }
  return [minor, Number(match[2] ?? 0)];
}

function shownRelease([minor, patch]: Release): string {
  return patch === 0 ? `1.${minor}` : `1.${minor}.${patch}`;
}

function checkTargets(spec: Fields, need: Need): void {
  const refs: Array<readonly [string, unknown]> = [
    ['spec.targetRef', spec.targetRef],
    ...list(spec.targetRefs).map((ref, index) => [at('spec.targetRefs', index), ref] as const),
  ];
  for (const [field, ref] of refs) {
    if (!isObject(ref)) { continue; }
    if (ref.group === undefined) {
      need(GROUP_OPTIONAL, at(field, 'group'), 'targets without group', 'given');
    } else if (!FIRST_TARGETS.includes(`${String(ref.group)}/${String(ref.kind)}`)) {
      need(OTHER_TARGETS, at(field, 'kind'), `target ${String(ref.kind)}`);
    }
  }
}

function checkRules(spec: Fields, need: Need): void {
  const atWaypoint = spec.targetRef !== undefined || list(spec.targetRefs).length > 0;
  list(spec.rules).forEach((rule, index) => {
    list(rule.from).forEach(({ source }, place) => {
      const field = at('spec.rules', index, 'from', place, 'source');
      Object.keys(isObject(source) ? source : {}).forEach(name => check(SOURCE_FIELDS, name, at(field, name), need, name));
    });
    list(rule.when).forEach(({ key }, place) => {
      const field = at('spec.rules', index, 'when', place, 'key');
      check(WHEN_KEYS, String(key), field, need, String(key));
      if (atWaypoint) {
        check(WAYPOINT_KEYS, String(key), field, need, `${String(key)} at waypoints`);
      }
    });
  });
}

function checkJwtRule(rule: Fields, field: string, need: Need): void {
  Object.keys(rule).forEach(name => check(JWT_FIELDS, name, at(field, name), need, name));
  if (!rule.issuer) {
    need(ISSUER_OPTIONAL, at(field, 'issuer'), 'rules without issuer', 'given');
  }
}

function check(table: Readonly<Record<string, Release>>, name: string, field: string, need: Need, what: string): void {
  if (Object.prototype.hasOwnProperty.call(table, name)) {
    need(table[name], field, what);
  }
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
