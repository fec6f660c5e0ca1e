import { InputStruct, taken } from '../util/members';
import { isObject } from '../util/shape';
import { quoted } from '../util/text';

/**
 * Why something wider than least privilege is asked for.
 *
 * The reason stays visible in the output, as annotation `cdk8s-zero-trust/reason`.
 */
export interface Justification {
  /** The reason, in a few words for a reviewer. Must not be empty. */
  readonly reason: string;
}

const JUSTIFICATION: InputStruct<Justification> = { name: 'Justification', members: { reason: 'needed' } };

/** The reason of a justification, as a caller hands it in. */
export function justified(what: string, justification: Justification): string {
  if (!isObject(justification)) { throw withoutReason(what, justification); }
  return reasonOf(what, taken(what, JUSTIFICATION, justification).reason);
}

/** The reason, which must be there: it is what makes a wide rule deliberate. */
export function reasonOf(what: string, reason: string | undefined): string {
  if (isReason(reason)) { return reason.trim(); }
  throw withoutReason(what, reason);
}

/** The reason of what opens nothing, and makes a reviewer wonder all the same. */
export function purposeOf(what: string, reason: string | undefined): string {
  if (isReason(reason)) { return reason.trim(); }
  throw new Error(`${what} must have a reason, got ${quoted(reason)}; ${SAY_WHY}`);
}

function isReason(reason: unknown): reason is string { return typeof reason === 'string' && reason.trim() !== ''; }

function withoutReason(what: string, got: unknown): Error {
  return new Error(`${what} is wider than least privilege and must have a reason, got ${quoted(got)}; ${SAY_WHY}`);
}

const SAY_WHY = "say why by a reason, as in { reason: '…' }, which stays visible in the output";
