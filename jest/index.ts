import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AccessChange, AccessEffect, AccessGate, AccessRequest, AccessViolation, Decision, PolicyComparison, PolicySet, UndecidedDestination } from 'cdk8s-zero-trust';
import { Construct, IConstruct } from 'constructs';
import { atLeastOne, shown } from '../src/util/given';

/** An App or a Chart, or manifests that are read already; the latter are quicker where several things are expected of them. */
export type Policies = IConstruct | PolicySet;

/** Also the path of a YAML file, or of a directory of them, from the working directory. */
export type OtherPolicies = Policies | string;

/**
 * What may be expected of an App, a Chart or a PolicySet.
 *
 * A failure shows a request, and how it is answered. What is not decided fails whatever is expected, with and without `.not`.
 */
export interface ZeroTrustMatchers<R> {
  /**
   * A request passes. One that must be put to an external authorizer does only if the request holds the authorizer's answer.
   *
   * With `.not`: it is refused.
   *
   * @param request as for `PolicySet.isAuthorized`
   */
  toAllow(request: AccessRequest): R;

  /**
   * A request is refused.
   *
   * With `.not`: it passes.
   *
   * @param request as for `PolicySet.isAuthorized`
   */
  toDeny(request: AccessRequest): R;

  /**
   * Nobody else reaches a workload, with any request. There is no `.not`.
   *
   * @param to the workload, `NAMESPACE/NAME`, or the name of its construct as in `AccessMap.into`
   * @param callers service accounts, `NAMESPACE/NAME`, that may reach it, whether or not they do
   */
  toAllowOnly(to: string, callers: string[]): R;

  /**
   * Nobody reaches a workload, with any request. There is no `.not`.
   *
   * @param to the workload, `NAMESPACE/NAME`, or the name of its construct as in `AccessMap.into`
   */
  toAllowNobody(to: string): R;

  /**
   * Nothing passes that did not before. There is no `.not`.
   *
   * @param before manifests as they were. Of those at a path, what was said of the mesh holds, too, where they do not say something else
   */
  toGrantNothingNewSince(before: OtherPolicies): R;

  /**
   * All requests are answered alike.
   *
   * With `.not`: some are not.
   *
   * @param other manifests to compare with. Of those at a path, what was said of the mesh holds, too, where they do not say something else
   */
  toBeEquivalentTo(other: OtherPolicies): R;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R, T = {}> extends ZeroTrustMatchers<R> {}
  }
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ZeroTrustMatchers<R> {}
}

/** What `expect` tells a matcher. */
export interface MatcherContext { readonly isNot?: boolean }

/** What a matcher tells `expect`. */
export interface MatcherResult { readonly pass: boolean; readonly message: () => string }

type Matcher<A extends unknown[]> = (this: MatcherContext, received: unknown, ...expected: A) => MatcherResult;

/** The matchers, for an `expect` that is not jest's: `expect.extend(matchers)`. */
export const matchers: {
  readonly toAllow: Matcher<[request: AccessRequest]>;
  readonly toDeny: Matcher<[request: AccessRequest]>;
  readonly toAllowOnly: Matcher<[to: string, callers: string[]]>;
  readonly toAllowNobody: Matcher<[to: string]>;
  readonly toGrantNothingNewSince: Matcher<[before: OtherPolicies]>;
  readonly toBeEquivalentTo: Matcher<[other: OtherPolicies]>;
} = {
  toAllow: deciding(Decision.ALLOW, Decision.DENY),
  toDeny: deciding(Decision.DENY, Decision.ALLOW),

  toAllowOnly(received, to, callers) {
    refuseNot(this, 'toAllowOnly');
    atLeastOne('callers', callers, 'name the service accounts: NAMESPACE/NAME; or, where nobody may reach it, expect toAllowNobody(to)');
    return passing(AccessGate.onlyFrom(to, callers).violations(policiesOf('the received value', received)));
  },

  toAllowNobody(received, to) {
    refuseNot(this, 'toAllowNobody');
    return passing(AccessGate.fromNobody(to).violations(policiesOf('the received value', received)));
  },

  toGrantNothingNewSince(received, before) {
    refuseNot(this, 'toGrantNothingNewSince');
    const after = policiesOf('the received value', received);
    return passing(AccessGate.noNewAccess(otherPolicies('before', before, after)).violations(after));
  },

  toBeEquivalentTo(received, other) {
    const after = policiesOf('the received value', received);
    const { changes, undecided } = PolicyComparison.of(otherPolicies('other', other, after), after);
    // what is not decided on one side is no difference for certain
    const pass = this.isNot ? changes.every(({ effect }) => effect === AccessEffect.UNCERTAIN) : changes.length === 0 && undecided.length === 0;
    return { pass, message: () => differences(changes, undecided) };
  },
};

extendExpect();

/** Neither decision is made where an authorizer must be asked first, or the manifests do not tell. */
function deciding(expected: Decision, opposite: Decision): Matcher<[request: AccessRequest]> {
  return function (received, request) {
    const response = policiesOf('the received value', received).isAuthorized(request);
    const pass = this.isNot ? response.decision !== opposite : response.decision === expected;
    return { pass, message: () => `request: ${JSON.stringify(request)}\n${response.explain()}` };
  };
}

function passing(violations: readonly AccessViolation[]): MatcherResult {
  const told = () => violations.map(({ message, witness, explanation }) => witness ? explanation : message);
  return { pass: violations.length === 0, message: () => told().join('\n\n') };
}

function differences(changes: readonly AccessChange[], undecided: readonly UndecidedDestination[]): string {
  const told = [...changes.map(change => change.explain()), ...undecided.map(({ destination, reason }) => `it is not decided what may reach ${destination}: ${reason}`)];
  return told.length === 0 ? 'all requests are answered alike' : told.join('\n\n');
}

function refuseNot({ isNot }: MatcherContext, matcher: string): void {
  if (isNot) { throw new Error(`${matcher} has no .not, which any one request would fulfil; expect that which passes: toAllow(request)`); }
}

function policiesOf(what: string, value: unknown): PolicySet {
  if (value instanceof PolicySet) { return value; }
  if (Construct.isConstruct(value)) { return PolicySet.fromApp(value); }
  throw new Error(`${what} must be an App, a Chart or a PolicySet, got ${shown(value)}; read YAML by PolicySet.fromYaml(…)`);
}

function otherPolicies(what: string, value: unknown, compared: PolicySet): PolicySet {
  return typeof value === 'string' ? PolicySet.fromYaml(yamlAt(what, value))._inMeshOf(compared) : policiesOf(what, value);
}

const MANIFESTS = /\.(ya?ml|json)$/;

/** The manifests of a file or, folders within it included, of a directory. */
function yamlAt(what: string, path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) { throw new Error(`${what} must be a directory or a file of manifests, got ${shown(path)}, which is not there; write them first, as 'cdk8s synth' does`); }
  if (!found.isDirectory()) { return readFileSync(path, 'utf8'); }
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(name => MANIFESTS.test(name)).sort();
  if (files.length === 0) { throw new Error(`${what} must be a directory of manifests, got ${shown(path)}, which holds no YAML; write them first, as 'cdk8s synth' does`); }
  return files.map(name => readFileSync(join(path, name), 'utf8')).join('\n---\n');
}

/** The `expect` of jest, also where it is no global; others are extended by hand. */
function extendExpect(): void {
  const { expect } = 'expect' in globalThis ? globalThis as Globals : globalsOfJest();
  expect?.extend(matchers);
}

interface Globals { readonly expect?: { extend(matchers: object): void } }

function globalsOfJest(): Globals {
  try {
    return require('@jest/globals') as Globals; // eslint-disable-line @typescript-eslint/no-require-imports, import/no-extraneous-dependencies
  } catch {
    return {};
  }
}
