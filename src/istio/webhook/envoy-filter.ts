import { checkPatchValue } from './envoy-filter-value';
import { canonicalFilterName } from './filter-names';
import { regularExpression } from './regular-expression';
import { checkWorkloadSelector, WorkloadSelectorMessage } from './workload-selector';
import { byteLength } from '../../util/go/bytes';
import { CONNECTION_MANAGER } from '../local-rate-limit';
import { at, Report } from '../problem';
import { PATCHED } from '../schema/envoy-filter';

interface FilterMessage {
  readonly name: string;
  readonly subFilter?: { readonly name: string };
}

interface MatchMessage {
  readonly context: string;
  readonly proxy?: { readonly proxyVersion: string };
  readonly listener?: { readonly filterChain?: { readonly filter?: FilterMessage } };
  readonly routeConfiguration?: object;
  readonly cluster?: object;
  readonly waypoint?: object;
}

interface PatchMessage {
  readonly operation: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

interface ConfigPatchMessage {
  readonly applyTo: string;
  readonly match?: MatchMessage;
  readonly patch?: PatchMessage;
}

/** An EnvoyFilter as istiod sees it once decoded. */
export interface EnvoyFilterMessage {
  readonly workloadSelector?: WorkloadSelectorMessage;
  readonly configPatches: readonly ConfigPatchMessage[];
}

/** What istiod says of every EnvoyFilter that it admits. */
export const SAID_OF_ALL = 'should be used where nothing else does it, as what it patches changes from version to version; look at it with each upgrade of Istio';

/** What istiod's webhook says of an EnvoyFilter; of its targets nothing, nor of patches in the context of waypoints. */
export function checkEnvoyFilter({ workloadSelector, configPatches }: EnvoyFilterMessage, error: Report, warn: Report): void {
  warn('spec', SAID_OF_ALL);
  checkWorkloadSelector(workloadSelector, error, warn);
  configPatches.forEach((patch, index) => {
    if (patch.match?.context !== 'WAYPOINT') { checkConfigPatch(patch, at('spec.configPatches', index), error, warn); }
  });
}

/** What is missing ends the look at a patch. */
function checkConfigPatch({ applyTo, match, patch }: ConfigPatchMessage, field: string, error: Report, warn: Report): void {
  const value = patch?.value;
  if (applyTo === 'INVALID') {
    error(at(field, 'applyTo'), 'must be given, got nothing; say what is patched');
  } else if (patch === undefined) {
    error(at(field, 'patch'), 'must be given, got nothing; say what is done to it');
  } else if (patch.operation === 'INVALID') {
    error(at(field, 'patch', 'operation'), 'must be given, got nothing; say how the value is applied');
  } else if (value === undefined && patch.operation !== 'REMOVE') {
    error(at(field, 'patch', 'value'), `must be given with operation ${patch.operation}, got nothing; give what is put there`);
  } else if (checkProxy(match, at(field, 'match', 'proxy', 'proxyVersion'), error, warn) && checkMatch(applyTo, match, at(field, 'match'), error, warn) && value !== undefined) {
    checkValue(applyTo, value, field, error, warn);
  }
}

function checkValue(applyTo: string, value: Readonly<Record<string, unknown>>, field: string, error: Report, warn: Report): void {
  if (PATCHED.includes(applyTo)) {
    checkPatchValue(applyTo, value, at(field, 'patch', 'value'), error, warn);
  } else {
    error(at(field, 'applyTo'), `must be one of ${PATCHED.join(', ')}, got '${applyTo}'; correct it`);
  }
}

const LONGEST_VERSION = 1024;

function checkProxy(match: MatchMessage | undefined, field: string, error: Report, warn: Report): boolean {
  const version = match?.proxy?.proxyVersion ?? '';
  if (byteLength(version) > LONGEST_VERSION) {
    warn(field, `should have at most ${LONGEST_VERSION} bytes, got ${byteLength(version)}; it matches no proxy, so shorten it`);
    return true;
  }
  const fault = version === '' ? undefined : regularExpression(version);
  if (fault !== undefined) { error(field, fault); }
  return fault === undefined;
}

/** By which object each thing that can be patched is matched. */
const MATCHED_BY: Readonly<Record<string, 'listener' | 'routeConfiguration' | 'cluster'>> = {
  LISTENER: 'listener',
  FILTER_CHAIN: 'listener',
  NETWORK_FILTER: 'listener',
  HTTP_FILTER: 'listener',
  ROUTE_CONFIGURATION: 'routeConfiguration',
  VIRTUAL_HOST: 'routeConfiguration',
  HTTP_ROUTE: 'routeConfiguration',
  CLUSTER: 'cluster',
};

/** Whether the rest of the patch is looked at: istiod does so after a match of routes or clusters that does not fit, and not after one of listeners. */
function checkMatch(applyTo: string, match: MatchMessage | undefined, field: string, error: Report, warn: Report): boolean {
  const { [applyTo]: wanted } = MATCHED_BY;
  const given = (['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const).find(name => match?.[name] !== undefined);
  if (wanted === undefined || given === undefined) { return true; }
  if (given !== wanted) {
    error(at(field, given), `must be ${wanted} with applyTo ${applyTo}, got ${given}; match what is patched`);
    return wanted !== 'listener';
  }
  return wanted !== 'listener' || checkFilter(applyTo, match?.listener?.filterChain?.filter, at(field, 'listener', 'filterChain', 'filter'), error, warn);
}

/** The older name is still matched to nothing, but taken. */
const CONNECTION_MANAGERS = [CONNECTION_MANAGER, 'envoy.http_connection_manager'];

function checkFilter(applyTo: string, filter: FilterMessage | undefined, field: string, error: Report, warn: Report): boolean {
  if (filter === undefined) { return true; }
  const { name, subFilter } = filter;
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') {
    warn(field, `should be left out with applyTo ${applyTo}, on which it has no effect; drop it`);
  }
  if (name === '') {
    error(at(field, 'name'), 'must be given, got nothing; name the filter');
  } else if (subFilter !== undefined && applyTo !== 'HTTP_FILTER') {
    error(at(field, 'subFilter'), `must be left out with applyTo ${applyTo}; it is for HTTP_FILTER`);
  } else if (subFilter !== undefined && !CONNECTION_MANAGERS.includes(name)) {
    error(at(field, 'name'), `must be ${CONNECTION_MANAGER} with a subFilter, got '${name}'; only that one has filters of its own`);
  } else if (subFilter?.name === '') {
    error(at(field, 'subFilter', 'name'), 'must be given, got nothing; name the filter');
  } else {
    warnOfOldName(name, at(field, 'name'), warn);
    warnOfOldName(subFilter?.name ?? '', at(field, 'subFilter', 'name'), warn);
    return true;
  }
  return false;
}

function warnOfOldName(name: string, field: string, warn: Report): void {
  const canonical = canonicalFilterName(name);
  if (canonical !== undefined) {
    warn(field, `should be '${canonical}', got '${name}', an older name which matches nothing; correct it`);
  }
}
