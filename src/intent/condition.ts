import { addressBlocks } from './address-block';
import { noFurther } from '../util/arguments';
import { atLeastOne, text } from '../util/given';
import { patternForm } from '../util/pattern';
import { listed, quoted, unique } from '../util/text';

/** An attribute of a request or connection, and the patterns of which one must match. */
export type ConditionData =
  | { readonly kind: 'header'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'claim'; readonly path: readonly string[]; readonly values: readonly string[] }
  | { readonly kind: 'audience' | 'presenter' | 'sourceIp' | 'sni'; readonly values: readonly string[] };

/**
 * When an access holds: a header, a claim of the token, a client network, a server name. All conditions of an access must hold.
 *
 * Rendered as one entry of `when`. Values are exact, `prefix*` or `*suffix`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export class Condition {
  /**
   * A request header has one of the values. HTTP only. Any client in the mesh can send any header: never use one in place of an identity.
   *
   * @param name the header, in any case
   * @param values at least one
   */
  public static header(name: string, ...values: string[]): Condition {
    return new Condition({ kind: 'header', name: headerName(name), values: patterns(values, 'for a header that is just there use Condition.headerPresent') });
  }

  /**
   * A request header is there, with any value. HTTP only.
   *
   * @param name the header, in any case
   */
  public static headerPresent(name: string): Condition {
    noFurther('Condition.headerPresent', arguments, 1, 'for a header with a value use Condition.header');
    return new Condition({ kind: 'header', name: headerName(name), values: ['*'] });
  }

  /**
   * A top-level claim of the verified token is one of the values, or a list that holds one. HTTP only.
   *
   * Istio compares text only, so what looks like a boolean or a number is refused here: see `textClaim`.
   *
   * @param claim the name of the claim; for a nested one see `nestedClaim`
   * @param values at least one
   */
  public static claim(claim: string, ...values: string[]): Condition {
    checkTopLevel('claim', claim, '');
    return Condition.nestedClaim([claim], ...values);
  }

  /**
   * A nested claim of the verified token, such as `['realm_access', 'roles']`. HTTP only.
   *
   * @param path the names from the top, at least one
   * @param values at least one
   */
  public static nestedClaim(path: string[], ...values: string[]): Condition {
    checkTextual('values', values, '');
    return Condition.textClaim(path, ...values);
  }

  /**
   * A claim of the verified token whose text looks like a boolean or number, such as `"true"` or `"42"` in quotes. HTTP only.
   *
   * @param path the names from the top, at least one
   * @param values at least one
   */
  public static textClaim(path: string[], ...values: string[]): Condition {
    const names = atLeastOne('path', path, "name the claim, as in ['role']").map((name, i) => claimName(`path[${i}]`, name));
    return new Condition({ kind: 'claim', path: names, values: patterns(values) });
  }

  /**
   * The token is meant for one of the audiences (claim `aud`). HTTP only.
   *
   * @param audiences at least one
   */
  public static audience(...audiences: string[]): Condition { return new Condition({ kind: 'audience', values: patterns(audiences) }); }

  /**
   * The token was issued to one of the presenters (claim `azp`). HTTP only.
   *
   * @param presenters at least one
   */
  public static presenter(...presenters: string[]): Condition { return new Condition({ kind: 'presenter', values: patterns(presenters) }); }

  /**
   * The TCP peer has an address in one of the blocks. Behind source NAT that is a node; not available behind a waypoint.
   *
   * @param blocks addresses or CIDR blocks, without bits beyond their prefix; at least one
   */
  public static sourceIp(...blocks: string[]): Condition {
    const values = addressBlocks('blocks', blocks, { example: BLOCK, cure: 'leave the condition out if any address is meant' });
    return new Condition({ kind: 'sourceIp', values });
  }

  /**
   * The client asked for one of the server names (SNI) in its TLS handshake. Between sidecars that is Istio's internal name of the Service.
   *
   * @param names at least one
   */
  public static sni(...names: string[]): Condition { return new Condition({ kind: 'sni', values: patterns(names) }); }

  /** @internal */
  public readonly _data: ConditionData;

  private constructor(data: ConditionData) { this._data = data; }

  /** What must hold, as text for tables and messages: `header x-team is a or b`. */
  public describeCondition(): string { return conditionText(this._data); }
}

const NOT_TEXT: readonly string[] = ['boolean', 'number'];

const BLOCK = "name an address or block, as in '10.0.0.0/8'";

/** A condition as text. */
export function conditionText(condition: ConditionData): string {
  const values = condition.values.join(' or ');
  switch (condition.kind) {
    case 'header': return values === '*' ? `header ${condition.name} is there` : `header ${condition.name} is ${values}`;
    case 'claim': return `claim ${condition.path.join('.')} is ${values}`;
    case 'audience': return `the token is for ${values}`;
    case 'presenter': return `the token was issued to ${values}`;
    case 'sourceIp': return `the peer has an address in ${values}`;
    case 'sni': return `the server name is ${values}`;
  }
}

/** Whether a proxy that sees only connections can check it. */
export function isConnectionCondition(condition: ConditionData): boolean {
  return condition.kind === 'sourceIp' || condition.kind === 'sni';
}

/**
 * Refuses the name of a nested claim.
 *
 * @param place where the cure goes, with a blank before it
 */
export function checkTopLevel(prop: string, claim: string, place: string): void {
  if (typeof claim === 'string' && /^\w+(\.\w+)+$/.test(claim)) {
    throw new Error(`${prop} must be a top-level name, got ${quoted(claim)}, in which Istio takes the dots literally; `
      + `write Condition.nestedClaim([${listed(claim.split('.'))}], …)${place}`);
  }
}

/**
 * Refuses values of a claim that are, or look like, a boolean or number.
 *
 * @param place where the cure goes, with a blank before it
 */
export function checkTextual(prop: string, values: readonly string[], place: string): void {
  const notText = values.findIndex(value => NOT_TEXT.includes(typeof value) || (typeof value === 'string' && /^(true|false|null|-?\d+(\.\d+)?)$/.test(value)));
  if (notText >= 0) {
    throw new Error(`${prop}[${notText}] must be text, got ${quoted(values[notText])}; Istio never matches a boolean or number, `
      + `and if the issuer really sends it as text, say so with Condition.textClaim${place}`);
  }
}

function patterns(values: string[], insteadOfAny = 'leave the condition out if any will do'): string[] {
  return unique(atLeastOne('values', values, 'name at least one').map((value, i) => {
    const prop = `values[${i}]`;
    if (typeof value !== 'string') { throw new Error(`${prop} must be text, got ${quoted(value)}; give each value as an argument of its own`); }
    if (/[\r\n\0]/.test(value)) { throw new Error(`${prop} must be one line of text, got ${quoted(value)}; leave out control characters`); }
    if (patternForm(prop, value) === 'any') { throw new Error(`${prop} must say which value, got '*'; ${insteadOfAny}`); }
    return value;
  }));
}

function headerName(name: string): string {
  if (typeof name !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
    throw new Error(`name must be a header name, got ${quoted(name)}; methods, paths and hosts belong in the Operation`);
  }
  if (name.toLowerCase() === 'host') {
    throw new Error("name must not be 'host', which proxies keep apart from the headers; use 'hosts' of Operation.http");
  }
  return name.toLowerCase();
}

function claimName(prop: string, name: string): string {
  if (/[[\]\r\n]/.test(text(prop, name, 'name the claim'))) {
    throw new Error(`${prop} must be one claim name without brackets, got ${quoted(name)}; write one entry per level, as in ['realm_access', 'roles']`);
  }
  return name;
}
