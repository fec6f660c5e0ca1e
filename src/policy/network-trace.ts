import { LegVerdict } from './network/network';
import { Direction, DirectionVerdict, NetworkPolicy } from './network/network-rules';
import { constructOf, fullName } from './resources/policy';
import { Title } from './trace';

/** What NetworkPolicies said of one connection on the way of a request. */
export interface NetworkTrace {
  /** What sends, such as `shop/web`. */
  readonly source: string;
  /** What takes the connection. */
  readonly destination: string;
  /**
   * The port of the pod: 15008 of a tunnel.
   *
   * @default - none, as it is not known
   */
  readonly port?: number;
  /**
   * What the policies of what sends did, and why.
   *
   * @default - none, as no policy for egress selects it
   */
  readonly egress?: string;
  /**
   * What the policies of what takes the connection did, and why.
   *
   * @default - none, as no policy for ingress selects it
   */
  readonly ingress?: string;
}

/** Tells what the network did with a connection. */
export function traceLeg({ from, to, port, directions }: LegVerdict, title: Title = fullName): NetworkTrace {
  const of = (direction: Direction) => directions.find(one => one.direction === direction);
  return { source: from, destination: to, port, egress: outcomeOf(of('egress'), title), ingress: outcomeOf(of('ingress'), title) };
}

function outcomeOf(verdict: DirectionVerdict | undefined, title: Title): string | undefined {
  if (!verdict) return undefined;
  const { passes, policies, by, own } = verdict;
  const called = (policy: NetworkPolicy) => `NetworkPolicy ${title({ ...policy, construct: constructOf(policy) })}`;
  const names = policies.map(called).join(', ');
  if (passes === true && by) return `allowed by ${called(by.policy)} rule ${by.index}`;
  if (passes === false) return `refused, as no rule of ${names} allows it`;
  return `not known: it hangs on what is not known of ${own.title} or of what it connects with, by ${names}`;
}

/** Why the network does not let a connection pass. */
export function whyRefused(leg: LegVerdict): string {
  return `the network lets nothing through ${whereOf(leg)}, as no rule of ${namesOf(leg, false)} allows it`;
}

/** Why it is not known whether it does. */
export function whyUnknown(leg: LegVerdict): string {
  return `it is not known whether ${namesOf(leg, undefined)} let the network through ${whereOf(leg)}: neither the request nor the manifests say enough of the pods`;
}

function whereOf({ from, to, port }: LegVerdict): string {
  return `from ${from} to ${to}${port === undefined ? '' : `, port ${port}`}`;
}

function namesOf({ directions }: LegVerdict, passes: false | undefined): string {
  const some = directions.filter(direction => direction.passes === passes);
  return (some.length > 0 ? some : directions).flatMap(({ policies }) => policies.map(policy => `NetworkPolicy ${fullName(policy)}`)).join(', ');
}
