import { ApiObjectMetadata, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { milliseconds, wholeNumber } from './circuit-breaker';
import { World } from './private/index/world';
import { placeOf } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkFault } from './private/statements/fault-checks';
import { state } from './private/statements/state';
import { Workload } from './workload';
import { calendarDay, checkShortly } from '../intent/expiry';
import { FaultIntent } from '../intent/fault-intent';
import { purposeOf } from '../intent/justification';
import { FAULT_ROUTE } from '../render/fault';
import { instanceOf, instancesOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { namedInErrors } from './private/statements/named-in-errors';

/** Requests that are answered an error, without having been sent on. */
export interface FaultAbort {
  /** The status that they are answered, from 400 to 599. */
  readonly status: number;

  /** How many of the requests, in percent: more than 0, up to 100. */
  readonly percentage: number;
}

/** Requests that wait before they are sent on. */
export interface FaultDelay {
  /** How long they wait; at most an hour. */
  readonly time: Duration;

  /** How many of the requests, in percent: more than 0, up to 100. */
  readonly percentage: number;
}

/** Props of a FaultInjection. It has an `abort`, a `delay`, or both. */
export interface FaultInjectionProps {
  /** The workload whose calls fail. Where several Services lead to it, `Workload.of(…, { service })` says which. */
  readonly workload: Workload;

  /**
   * Requests that are answered an error.
   *
   * @default - none
   */
  readonly abort?: FaultAbort;

  /**
   * Requests that wait.
   *
   * @default - none
   */
  readonly delay?: FaultDelay;

  /**
   * Whose calls fail, with sidecars, by the labels of their pods.
   *
   * @default - all of the namespace of the workload; behind a waypoint of all whom it lets through
   */
  readonly callers?: Workload[];

  /** What is tested by it; written as annotation `cdk8s-zero-trust/reason`. */
  readonly reason: string;

  /**
   * The last day of it, such as `2026-12-31`; written as annotation `cdk8s-zero-trust/expires`. After it, as the `asOf` of the ZeroTrustMesh has it, the app is not synthesized any more. Nothing ends in the cluster by
   * itself. It is 366 days from `asOf` at most; the day of the test is usual.
   */
  readonly expires: string;

  /**
   * Metadata of the object.
   *
   * @default - a name from the construct path
   */
  readonly metadata?: ApiObjectMetadata;
}

const PROPS: InputStruct<FaultInjectionProps> = {
  name: 'FaultInjectionProps',
  members: { workload: 'needed', abort: 'value', delay: 'value', callers: 'value', reason: 'needed', expires: 'needed', metadata: 'value' },
};
const ABORT: InputStruct<FaultAbort> = { name: 'FaultAbort', members: { status: 'needed', percentage: 'needed' } };
const DELAY: InputStruct<FaultDelay> = { name: 'FaultDelay', members: { time: 'needed', percentage: 'needed' } };

/**
 * Has calls of a workload fail, or take longer, until a day: a test of whether who calls it can do without. It protects nothing, and decides nothing of who may call.
 *
 * Renders a VirtualService for the Service of the workload, for the namespaces of the callers only, which sends all requests where they go without it. It acts in the proxies of callers, and behind a waypoint
 * there, after its policies.
 *
 * Refuses, when the app is synthesized, a fault that has expired, one in a namespace whose labels or name say production (`prod`, `prd`, `production` or `live`; also with a number or a region, `prod1`, `euprd`), and other routes for the Service.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/fault-injection/
 * @example
 * declare const api: kplus.Deployment;
 *
 * new ZeroTrustMesh(this, 'mesh', { asOf: '2026-11-01' });
 * new FaultInjection(this, 'api-is-gone', {
 *   workload: Workload.of(api),
 *   abort: { status: 503, percentage: 50 },
 *   reason: 'does web show what it has cached?',
 *   expires: '2026-11-30',
 * });
 */
@namedInErrors
export class FaultInjection extends Construct {
  private readonly stated: Stated;

  public constructor(scope: Construct, id: string, props: FaultInjectionProps) {
    super(scope, id);
    const stated = this.stated = statedBy(taken('FaultInjection', PROPS, props));
    const { workload, callers, abort, delay, reason, expires, metadata } = stated;
    const read = (world: World): FaultIntent => ({ kind: 'fault', ...placeOf(workload, world), abort, delay, callers: callers.map(callerOf) });
    state(this, {
      read,
      check: world => [
        ...checkShortly('expires', expires, world.asOf, 'take it out'),
        ...checkSameCluster([], [workload, ...callers], world),
        ...checkFault(read(world), this, world),
      ],
    }, { metadata }, [
      { role: FAULT_ROUTE, id: 'Resource', kind: 'VirtualService', namespace: workload._namespace(), reasons: [reason], annotations: { [EXPIRES]: () => expires } },
    ]);
  }

  /** What fails, as text for tables and messages: `50 % of calls of Deployment shop/api answer 503, until 2026-11-30`. */
  public describeFaultInjection(): string {
    const { workload, abort, delay, expires } = this.stated;
    const what = [...abort ? [`${abort.percentage} % of calls of ${workload.describeWorkload()} answer ${abort.status}`] : [], ...delay ? [`${delay.percentage} % of calls of ${workload.describeWorkload()} wait ${delay.time} ms`] : []];
    return `${what.join(', ')}, until ${expires}`;
  }
}

const EXPIRES = 'cdk8s-zero-trust/expires';

interface Stated extends Pick<FaultIntent, 'abort' | 'delay'> {
  readonly workload: Workload;
  readonly callers: readonly Workload[];
  readonly reason: string;
  readonly expires: string;
  readonly metadata?: ApiObjectMetadata;
}

function statedBy({ workload, abort, delay, callers, reason, expires, metadata }: FaultInjectionProps): Stated {
  if (abort === undefined && delay === undefined) { throw new Error("FaultInjection must have 'abort' or 'delay', got neither; say what happens to the calls"); }
  return {
    workload: instanceOf('workload', workload, Workload, 'write Workload.of(…) around the construct'),
    ...abort === undefined ? {} : { abort: abortOf(abort) },
    ...delay === undefined ? {} : { delay: delayOf(delay) },
    callers: callers === undefined ? [] : instancesOf('callers', callers, Workload, 'name them by Workload.of, or leave the list out for all of the namespace'),
    reason: purposeOf('FaultInjection', reason),
    expires: calendarDay('expires', expires),
    metadata,
  };
}

function abortOf(given: FaultAbort): NonNullable<FaultIntent['abort']> {
  const { status, percentage } = taken('abort', ABORT, given);
  return { status: wholeNumber('abort.status', status, 400, 599), percentage: percent('abort.percentage', percentage) };
}

function delayOf(given: FaultDelay): NonNullable<FaultIntent['delay']> {
  const { time, percentage } = taken('delay', DELAY, given);
  return { time: milliseconds('delay.time', time), percentage: percent('delay.percentage', percentage) };
}

function percent(prop: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value <= 100) { return value; }
  throw new Error(`${prop} must be a number of more than 0 and up to 100, got ${quoted(value)}; say how many of the requests in percent`);
}

function callerOf(workload: Workload): FaultIntent['callers'][number] {
  const { namespace, selectorLabels: labels } = workload._facts();
  return { namespace, labels };
}
