import { Statement } from './statements';
import { AccessRequest } from '../policy/request/request';
import { fullName } from '../policy/resources/policy';
import { AuthorizationResponse } from '../policy/response';

/** Who sends which requests, and one of them. */
type Said = Pick<Statement, 'callers' | 'requests' | 'example'>;

/** How much one set of policies lets pass, compared with another. */
export enum Permissiveness {
  /** Every request is answered alike. */
  EQUIVALENT = 'EQUIVALENT',
  /** Some requests pass no longer, and none newly does. */
  LESS_PERMISSIVE = 'LESS_PERMISSIVE',
  /** Some requests newly pass, and all that did still do. */
  MORE_PERMISSIVE = 'MORE_PERMISSIVE',
  /** Some requests newly pass and others no longer do, or it is not decided. */
  INCOMPARABLE = 'INCOMPARABLE',
}

/** What a change does to access. */
export enum AccessEffect {
  /** Requests pass, or pass if an authorizer agrees, that did not; or pass as they are where it had to change them. */
  GRANTED = 'GRANTED',
  /** Requests no longer pass, or only if an authorizer agrees, or changes them. */
  REVOKED = 'REVOKED',
  /** Another authorizer is asked, or it is not decided on one side whether they pass. */
  UNCERTAIN = 'UNCERTAIN',
}

/** A destination of which it is not said what may reach it, or a policy of which it is not said what it is for. */
export interface UndecidedDestination {
  /** A port of a workload, a Service or a gateway; or a policy, such as `AuthorizationPolicy shop/api`. */
  readonly destination: string;
  /** Why. */
  readonly reason: string;
}

/** An object that is otherwise on two sides, or there on one side only. */
export interface ChangedObject {
  /** Kind of the resource, such as `AuthorizationPolicy`. */
  readonly kind: string;
  /** Namespace of the resource; empty for what is of none. */
  readonly namespace: string;
  /** Name of the resource. */
  readonly name: string;
  /**
   * Path of the construct of the app that made the resource.
   *
   * @default - none, as its annotation `cdk8s-zero-trust/construct` names none
   */
  readonly construct?: string;
}

/** Requests to one destination that a change opens or closes. */
export class AccessChange {
  /** @internal */
  static _of(
    effect: AccessEffect, destination: string, said: Said, find: () => ChangedObject[], before?: AuthorizationResponse, after?: AuthorizationResponse,
  ): AccessChange {
    return new AccessChange(effect, destination, said, find, before, after);
  }

  /** What becomes of the requests. */
  readonly effect: AccessEffect;

  /** What they are sent to: a port of a workload, a Service or ServiceEntry behind a waypoint, or a gateway. */
  readonly destination: string;

  /**
   * The answer to the witness before the change.
   *
   * @default - none, as there was no such destination
   */
  readonly before?: AuthorizationResponse;

  /**
   * The answer to the witness after the change.
   *
   * @default - none, as there is no such destination any longer
   */
  readonly after?: AuthorizationResponse;

  private found?: readonly ChangedObject[];

  private constructor(
    effect: AccessEffect, destination: string, private readonly said: Said, private readonly find: () => ChangedObject[],
    before?: AuthorizationResponse, after?: AuthorizationResponse,
  ) {
    this.effect = effect;
    this.destination = destination;
    this.before = before;
    this.after = after;
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
  get witness(): AccessRequest {
    return this.said.example;
  }

  /**
   * The policies, and other objects, that make the difference: with these as they are after the change, and all else as it was before, the witness is answered as after the change,
   * and none of them can be left out. Where several would each do, one of them is told. Empty where the destination is there on one side only, and where it is the settings of the mesh.
   */
  get causes(): ChangedObject[] {
    return (this.found ??= this.find()).map(object => ({ ...object }));
  }

  /** The change on one line. */
  toString(): string {
    return `${this.effect} ${this.destination} to ${this.callers.join(', ')}${this.requests === '' ? '' : `: ${this.requests}`}`;
  }

  /** The request that shows it, what makes the difference, and how it is answered before and after. */
  explain(): string {
    const told = (when: string, response?: AuthorizationResponse) => `${when}: ${response ? response.explain() : 'there is no such destination'}`;
    const causes = this.causes.map(({ kind, construct, ...named }) => `${kind} ${fullName(named)}${construct === undefined ? '' : ` (${construct})`}`);
    const by = causes.length > 0 ? [`by: ${causes.join(', ')}`] : [];
    return [this.toString(), `request: ${JSON.stringify(this.witness)}`, ...by, told('before', this.before), told('after', this.after)].join('\n');
  }
}
