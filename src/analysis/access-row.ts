import { answerOf, IF_CHANGED, kindOf } from './answers';
import { OTHERS } from './callers';
import { accountName, ownPrefixes } from './clients';
import { Asks, Statement } from './statements';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { DeterminingPolicy } from '../policy/request/determining-policy';
import { AccessRequest } from '../policy/request/request';
import { AuthorizationResponse } from '../policy/response';

/** Requests to one destination that pass, or that may. */
export class AccessRow {
  /** @internal */
  static _of(destination: string, said: Statement, policies: PolicySet): AccessRow {
    return new AccessRow(destination, said, policies, policies.isAuthorized(said.example));
  }

  /** What they are sent to: a port of a workload, a Service or ServiceEntry behind a waypoint, or a gateway. */
  readonly destination: string;

  private constructor(
    destination: string, private readonly said: Statement, private readonly policies: PolicySet, private readonly response: AuthorizationResponse,
  ) {
    this.destination = destination;
  }

  /** Who sends them: service accounts, `NAMESPACE/NAME`, and kinds of callers in words. */
  get callers(): string[] {
    return [...this.said.callers];
  }

  /** What they are, in the words of the rules; empty for any. */
  get requests(): string {
    return this.said.requests;
  }

  /** One of them. */
  get example(): AccessRequest {
    return this.said.example;
  }

  /** ALLOW; CONDITIONAL where an external authorizer has its say; UNDECIDED where the manifests do not tell. */
  get decision(): Decision {
    return this.response.decision;
  }

  /** The external authorizers that must agree. */
  get authorizers(): string[] {
    return this.response.authorizers;
  }

  /** Whether that is not enough: rules refuse these requests as they are, and an authorizer that agrees must change their headers, such as set a token. */
  get needsHeaderChange(): boolean {
    return kindOf(this.said.answer) === IF_CHANGED;
  }

  /** The rules that let the example pass; others may let others of these requests pass. */
  get determiningPolicies(): DeterminingPolicy[] {
    return this.response.determiningPolicies;
  }

  /**
   * What they are, as a rule would ask for it.
   *
   * @internal
   */
  get _asks(): Asks { return this.said.asks; }

  /** The row on one line. */
  toString(): string {
    const requests = this.requests === '' ? '' : `: ${this.requests}`;
    return `${this.destination} from ${this.callers.join(', ')}${requests}${this._reservation}`;
  }

  /**
   * What else it takes that they pass; empty where nothing does.
   *
   * @internal
   */
  get _reservation(): string {
    const [agree, change, their] = this.authorizers.length === 1 ? ['agrees', 'changes', 'its'] : ['agree', 'change', 'their'];
    if (this.authorizers.length > 0) return ` if ${this.authorizers.join(' and ')} ${agree}${this.needsHeaderChange ? ` and ${change} ${their} headers` : ''}`;
    return this.decision === Decision.ALLOW ? '' : ` (${this.decision})`;
  }

  /**
   * The same row, with an example by one of the callers of which something holds, by its name: a service account, or whoever is told by no account.
   *
   * @internal
   */
  _from(isOne: (name: string) => boolean): AccessRow {
    const found = this.said.examples.find(({ names }) => names.some(isOne));
    const name = found?.names.find(isOne);
    if (!found || name === undefined) return this;
    if (isAccount(name)) return this._by(name);
    const { source, ...request } = found.request();
    return this.with({ ...request, source: found.stranger === undefined ? source : { ...source, principal: found.stranger } });
  }

  /**
   * The same row, with an example that a service account sends which is one of the callers.
   *
   * @internal
   */
  _by(account: string): AccessRow {
    const { examples } = this.said;
    const found = examples.find(({ names }) => names.includes(account)) ?? examples.find(({ names }) => names.includes(OTHERS));
    const like = found?.request() ?? this.example;
    const { source: { transport: _, ...source } = {} } = like;
    return this.with({ ...like, source: { ...source, principal: this.policies._world.mesh.identities.of(account) } });
  }

  private with(example: AccessRequest): AccessRow {
    const response = this.policies.isAuthorized(example);
    const isAlike = kindOf(answerOf(this.policies, example)) === kindOf(this.said.answer);
    if (isAlike) return new AccessRow(this.destination, { ...this.said, example }, this.policies, response);
    throw new Error(`the analysis of '${this.destination}' is wrong: ${this.decision} is not the answer to ${JSON.stringify(example)}; please report it with the manifests`);
  }

  /** The example, and how it is answered. */
  explain(): string {
    return [this.toString(), `request: ${JSON.stringify(this.example)}`, this.response.explain()].join('\n');
  }
}

function isAccount(name: string): boolean { return /^[^/ ]+\/[^/ ]+$/.test(name); }

/** `shop/web` of an identity of the mesh, by whichever name of its trust domain; any other name as it is. */
export function ownAccount(name: string, { _world: { mesh } }: PolicySet): string {
  return accountName(name, ownPrefixes(mesh).find(prefix => name.startsWith(prefix)));
}
