import { bearsOnOthers, closesOthers, Intent } from '../../../intent/intent';
import { AuthorizationPolicySpec } from '../../../istio/authorization-policy';
import { Manifest } from '../../../istio/manifest';

/** Whether a policy counts, of an intent or of nobody. */
export type Counts = (policy: Manifest, intent?: Intent) => boolean;

/** The policies of an app that an intent is judged by, while quarantines last or after them. */
export interface Part { readonly name: string; readonly counts: Counts; readonly hasCuts?: boolean }

const ALL: Part = { name: 'all', counts: () => true, hasCuts: true };
/** What is left when quarantines are over. */
export const LASTING: Part = { name: 'lasting', counts: (_, intent) => !intent || !isQuarantine(intent) };
const CLOSING: Part = { name: 'closing', counts: (policy, intent) => LASTING.counts(policy, intent) && !allows(policy) };
const NOT_CLOSING: Part = { name: 'not closing', counts: (policy, intent) => LASTING.counts(policy, intent) && (!intent || !closesOthers(intent)) };

/**
 * What is promised must pass whatever closes it, but for a quarantine, which is meant to defeat it: it is judged as it will be after that. What is refused must be so
 * without what closes more, which may keep out a stranger, and not all others. And what closes holds whatever opens it.
 */
export function partsFor(intent: Intent, isClosed: boolean): { readonly promisedBy: Part; readonly refusedBy: Part } {
  if (isQuarantine(intent)) { return { promisedBy: ALL, refusedBy: ALL }; }
  return { promisedBy: LASTING, refusedBy: closesOthers(intent) ? CLOSING : isClosed ? NOT_CLOSING : LASTING };
}

/** Whether what an intent does is seen only beside all others: what it closes, cuts, or leaves to them. */
export function isJudgedInTheApp(intent: Intent): boolean {
  return bearsOnOthers(intent) || isQuarantine(intent) || ['external-authorization', 'mtls-migration', 'ingress-gateway', 'ingress', 'network'].includes(intent.kind);
}

export function isQuarantine({ kind }: Intent): boolean { return kind === 'quarantine'; }

/** Whether a policy has requests wait for an external authorizer. */
export function isCustom(policy: Manifest): boolean { return actionOf(policy) === 'CUSTOM'; }

function allows(policy: Manifest): boolean { return policy.kind === 'AuthorizationPolicy' && actionOf(policy) === 'ALLOW'; }

function actionOf({ spec }: Manifest): string { return (spec as AuthorizationPolicySpec | undefined)?.action ?? 'ALLOW'; }
