import { Operation } from '../intent/operation';
import { accountGiven, callerText, ofMesh, workloadGiven } from '../plan/identity';
import { KnownCall, KnownPair, SeenAccount } from '../plan/observed-call';
import { RefusedPattern } from '../plan/plan-input';
import { atLeastOne, instancesOf, listOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A line of a table of calls: who may call what, or that somebody calls, and it is not known yet what. */
export interface PlannedCall {
  /** Service accounts that call, `NAMESPACE/NAME`; of another mesh the whole identity, `spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/NAME`. */
  readonly callers: string[];

  /** The workload that is called, `NAMESPACE/NAME`. */
  readonly to: string;

  /**
   * What may be called.
   *
   * @default - what sources tell; where they tell nothing, it is asked about
   */
  readonly operations?: Operation[];

  /**
   * Why the service account `default` may call, which many share.
   *
   * @default - it is refused as a caller
   */
  readonly reason?: string;
}

/** Calls that are not to be granted, though they may have been seen. */
export interface RefusedCall {
  /**
   * Who must not call, as in PlannedCall.
   *
   * @default - nobody may
   */
  readonly callers?: string[];

  /** The workload that is called, `NAMESPACE/NAME`. */
  readonly to: string;

  /**
   * What must not be called.
   *
   * @default - anything
   */
  readonly operations?: Operation[];

  /** Why, for whoever reads the plan. */
  readonly reason: string;
}

const PLANNED: InputStruct<PlannedCall> = { name: 'PlannedCall', members: { callers: 'needed', to: 'needed', operations: 'value', reason: 'value' } };

const REFUSED: InputStruct<RefusedCall> = { name: 'RefusedCall', members: { callers: 'value', to: 'needed', operations: 'value', reason: 'needed' } };

/** A table as what is known. */
export interface Stated { readonly calls: readonly KnownCall[]; readonly pairs: readonly KnownPair[] }

export function statedCalls(rows: readonly PlannedCall[], trustDomain: string): Stated {
  const all = listOf('calls', rows).map((row, i) => statedCall(`calls[${i}]`, row, trustDomain));
  return { calls: all.flatMap(({ calls }) => calls), pairs: all.flatMap(({ pairs }) => pairs) };
}

function statedCall(at: string, row: PlannedCall, trustDomain: string): Stated {
  const given = taken(at, PLANNED, row);
  const to = workloadGiven(`${at}.to`, given.to);
  const callers = callersGiven(at, given.callers, trustDomain);
  const reason = given.reason === undefined ? {} : { reason: text(`${at}.reason`, given.reason, 'say why the account default may call') };
  const shared = callers.find(({ name }) => name === 'default');
  if (shared && given.reason === undefined) {
    throw new Error(`${at}.callers must be accounts of single workloads, got ${quoted(callerText(shared))}, which every pod runs as that names none; `
      + 'give the workload an account of its own, as by WorkloadIdentity, or say why by a reason');
  }
  if (given.operations === undefined) { return { calls: [], pairs: callers.map(caller => ({ caller, to })) }; }
  const operations = operationsGiven(at, given.operations);
  return { calls: callers.flatMap(caller => operations.map((operation): KnownCall => ({ caller, to, operation, ...reason }))), pairs: [] };
}

export function refusedCalls(rows: readonly RefusedCall[], trustDomain: string): RefusedPattern[] {
  return listOf('refused', rows).map((row, i) => {
    const at = `refused[${i}]`;
    const given = taken(at, REFUSED, row);
    text(`${at}.reason`, given.reason, 'say why, for whoever reads the plan');
    return {
      to: workloadGiven(`${at}.to`, given.to),
      ...given.callers === undefined ? {} : { callers: callersGiven(at, given.callers, trustDomain).map(callerText) },
      ...given.operations === undefined ? {} : { operations: operationsGiven(at, given.operations) },
    };
  });
}

function callersGiven(at: string, callers: readonly string[], trustDomain: string): SeenAccount[] {
  return atLeastOne(`${at}.callers`, callers, "name who calls, as in ['shop/web']").map((caller, i) => ofMesh(accountGiven(`${at}.callers[${i}]`, caller), trustDomain));
}

function operationsGiven(at: string, operations: readonly Operation[]) {
  return instancesOf(`${at}.operations`, operations, Operation, "name what is called, as in [Operation.get('/api/*')]").map(({ _data }) => _data);
}
