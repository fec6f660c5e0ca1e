import { milliseconds } from './durations';
import { checkLocality, checkZoneAware, LocalityMessage, ZoneAwareMessage } from './locality';
import { checkValue } from './values';
import { at, Report } from '../problem';

interface ConsistentHash {
  readonly httpCookie?: { readonly name: string; readonly attributes: ReadonlyArray<{ readonly name: string }> };
  readonly ringHash?: object;
  readonly maglev?: { readonly tableSize: number };
  readonly minimumRingSize: number;
}

/** How requests are spread, once decoded. */
export interface LoadBalancerMessage {
  readonly consistentHash?: ConsistentHash;
  readonly localityLbSetting?: LocalityMessage;
  readonly zoneAwareLbSetting?: ZoneAwareMessage;
  readonly warmup?: { readonly duration?: string; readonly minimumPercent?: number; readonly aggression?: number };
}

const MAX_TABLE_SIZE = 5_000_011;

/** What istiod says of how requests are spread; `ejects` says whether outliers are detected. */
export function checkLoadBalancer(balancer: LoadBalancerMessage | undefined, ejects: boolean, field: string, error: Report, warn: Report): void {
  if (balancer === undefined) {
    return;
  }
  const { consistentHash, localityLbSetting, zoneAwareLbSetting, warmup } = balancer;
  if (consistentHash !== undefined) {
    checkCookie(consistentHash, at(field, 'consistentHash', 'httpCookie'), error);
    checkHash(consistentHash, at(field, 'consistentHash'), error, warn);
  }
  if (localityLbSetting !== undefined && zoneAwareLbSetting !== undefined) {
    error(field, 'must have at most one of localityLbSetting and zoneAwareLbSetting, got both; keep one');
  }
  checkLocality(localityLbSetting, ejects, at(field, 'localityLbSetting'), error, warn);
  checkZoneAware(zoneAwareLbSetting, ejects, at(field, 'zoneAwareLbSetting'), error, warn);
  checkWarmup(warmup, at(field, 'warmup'), error);
}

function checkCookie({ httpCookie }: ConsistentHash, field: string, error: Report): void {
  if (httpCookie?.name === '') {
    error(at(field, 'name'), "must be given, got ''; name the cookie");
  }
  const names = (httpCookie?.attributes ?? []).map(({ name }) => name);
  names.forEach((name, index) => {
    if (name === '') {
      error(at(field, 'attributes', index, 'name'), "must be given, got ''; name the attribute");
    } else if (names.indexOf(name) < index) {
      error(at(field, 'attributes', index, 'name'), `must be another one than those before it, got '${name}' again; keep one`);
    }
  });
}

function checkHash({ minimumRingSize, ringHash, maglev }: ConsistentHash, field: string, error: Report, warn: Report): void {
  if (minimumRingSize !== 0 && (ringHash ?? maglev) !== undefined) {
    error(at(field, 'minimumRingSize'), `must be left out beside ringHash and maglev, got '${minimumRingSize}'; move it into ringHash`);
  } else if (minimumRingSize !== 0) {
    warn(at(field, 'minimumRingSize'), `should be in ringHash, got '${minimumRingSize}' beside it; this place is of old`);
  }
  if (maglev !== undefined && !(maglev.tableSize < MAX_TABLE_SIZE && isPrime(maglev.tableSize))) {
    error(at(field, 'maglev', 'tableSize'), `must be a prime number below ${MAX_TABLE_SIZE}, got '${maglev.tableSize}'; Envoy's own choice is 65537`);
  }
}

/** As Envoy sees it: 1 is a prime number. */
function isPrime(number: number): boolean {
  if (number < 4) {
    return number > 0;
  }
  for (let factor = 2; factor * factor <= number; factor++) {
    if (number % factor === 0) {
      return false;
    }
  }
  return true;
}

function checkWarmup(warmup: LoadBalancerMessage['warmup'], field: string, error: Report): void {
  if (warmup === undefined) {
    return;
  }
  if (warmup.duration === undefined) {
    error(at(field, 'duration'), 'must be given, got nothing; say how long, or leave warmup out');
  }
  checkValue(warmup.duration, at(field, 'duration'), milliseconds, error);
  if ((warmup.minimumPercent ?? 0) > 100) {
    error(at(field, 'minimumPercent'), `must be at most 100, got '${warmup.minimumPercent}'; correct it`);
  }
  if ((warmup.aggression ?? 1) <= 0) {
    error(at(field, 'aggression'), `must be more than 0, got '${warmup.aggression}'; 1 is linear`);
  }
}
