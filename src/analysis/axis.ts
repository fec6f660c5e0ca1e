import { Domain } from './domain';
import * as domains from './domain';
import { Asks } from '../policy/proxies/rule';

/**
 * A part of a request that rules look at: `method`, `path`, `header x-tenant`, `claim [realm][roles]`. Each test of a rule looks at one, so that two requests which no test
 * tells apart on any axis are answered alike.
 */
export type AxisName = string;

/** Parts of requests that may hold several values at once, of which a test asks whether some match, and that may be missing. */
export type Arity = 'one' | 'many' | 'one or none';

const HEADER_AXES: Readonly<Record<string, AxisName>> = { ':authority': 'host', ':method': 'method', ':path': 'path', 'host': 'host' };

/** What a test looks at; undefined where the destination and the client say it. Addresses before any trusted proxy are those of the connection. */
export function axisOf({ dimension, names }: Asks, isForwarded: boolean): AxisName | undefined {
  switch (dimension.aspect) {
    case 'peer': case 'fixed': return undefined;
    case 'sourceIp': return 'address';
    case 'remoteIp': return isForwarded ? 'client address' : 'address';
    case 'authority': return 'host';
    case 'method': case 'path': return dimension.aspect;
    case 'header': return HEADER_AXES[names[0].toLowerCase()] ?? `header ${names[0].toLowerCase()}`;
    case 'subject': return 'claim [sub]';
    case 'claim': return claimAxis(dimension.claimPath ?? names);
  }
}

/** What a value of a rule asks for on its axis: of `https://issuer.example.com/ann` the subject `ann`, as the issuer is told with the token. */
export function saidOf({ dimension }: Asks, value: string): string {
  return dimension.aspect === 'subject' ? value.slice(value.lastIndexOf('/') + 1) : value;
}

/** The issuer of a token is known with the token. */
function claimAxis(path: readonly string[]): AxisName | undefined {
  return path.length === 1 && path[0] === 'iss' ? undefined : `claim [${path.join('][')}]`;
}

export function isAddress(axis: AxisName): boolean { return axis.endsWith('address'); }
export function isClaim(axis: AxisName): boolean { return axis.startsWith('claim '); }

/** What an authorizer may change, or what then hangs on it. */
export function isChangeable(axis: AxisName): boolean { return isClaim(axis) || axis.startsWith('header '); }

/** The name of a header. */
export function headerOf(axis: AxisName): string { return axis.slice('header '.length); }

/** The path of a claim: `realm`, `roles` of `claim [realm][roles]`. */
export function claimPathOf(axis: AxisName): string[] { return axis.slice('claim ['.length, -1).split(']['); }

const TEXT_CLAIMS = ['claim [sub]', 'claim [jti]'];
/** Claims that are numbers, of which no value is a text. */
export const NUMBERS: readonly AxisName[] = ['claim [exp]', 'claim [nbf]', 'claim [iat]'];

export function arityOf(axis: AxisName): Arity {
  if (isClaim(axis)) return TEXT_CLAIMS.includes(axis) ? 'one or none' : 'many';
  return isChangeable(axis) ? 'many' : 'one';
}

/** The texts that may stand on an axis. */
export function domainOf(axis: AxisName, paths: Domain): Domain {
  if (axis === 'path') return paths;
  if (axis === 'method') return domains.METHOD;
  if (axis === 'host') return domains.AUTHORITY;
  return isClaim(axis) ? domains.CLAIM : domains.HEADER;
}
