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

/** The reason, which must be there: it is what makes a wide rule deliberate. */
export function reasonOf(what: string, justification: Partial<Justification> | undefined): string {
  const reason = justification?.reason;
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new Error(`${what} is wider than least privilege and must have a reason, got ${quoted(reason)}; say why by a reason, as in { reason: '…' }, which stays visible in the output`);
  }
  return reason.trim();
}
