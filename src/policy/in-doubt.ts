import { agreed, Possibility, Undecide } from './agreement';
import { Decision, Stage, UndecidedReason } from './request/decision';
import { AccessRequest } from './request/request';
import { describe, Doubt, Variant } from './resources/doubt';
import { actionOf, AuthorizationResource } from './resources/policy';
import { AuthorizationResponse } from './response';

/** Manifests, of which some are in doubt. */
export interface Doubtful {
  /** The first doubt that may concern a request; undefined for none. */
  doubtAbout(request: AccessRequest): Doubt | undefined;
  /** The answer, whatever is in doubt. */
  decide(request: AccessRequest): AuthorizationResponse;
  /** The same manifests, with one thing in doubt taken to be what one of its variants says. */
  settled(doubt: Doubt, variant: Variant): Doubtful;
}

/** How many combinations of variants are asked about. */
const MOST = 16;

/** The answer that all variants of what is in doubt give: each doubt that may concern the request is settled in every way, one after the other. */
export function decideInDoubt(manifests: Doubtful, request: AccessRequest, combinations = 1): AuthorizationResponse {
  const doubt = manifests.doubtAbout(request);
  if (!doubt) return manifests.decide(request);
  const all = combinations * doubt.variants.length;
  const undecide = undecidedBy(doubt);
  if (all > MOST) return AuthorizationResponse._undecided(undecide(`more than ${MOST} combinations of manifests in doubt would have to be asked about`));
  const outcomes = doubt.variants.map(variant =>
    outcomeOf(doubt, variant.if, () => decideInDoubt(manifests.settled(doubt, variant), request, all)));
  return compared(doubt, outcomes);
}

interface Outcome extends Possibility {
  /** Why the request cannot be asked about under this condition: a port that one of two Services does not have. */
  readonly error?: Error;
}

function outcomeOf(doubt: Doubt, condition: string, ask: () => AuthorizationResponse): Outcome {
  try {
    return { if: condition, response: ask() };
  } catch (error) {
    const { message } = error as Error;
    return { if: condition, error: error as Error, response: AuthorizationResponse._undecided(undecidedBy(doubt)(message)) };
  }
}

/** The answer if all are the same. What may mean something else than any of its variants lets nothing pass. */
function compared(doubt: Doubt, outcomes: readonly Outcome[]): AuthorizationResponse {
  const [{ error }] = outcomes;
  if (error && outcomes.every(outcome => outcome.error)) throw error;
  const undecide = undecidedBy(doubt, outcomes.map(({ response }) => response));
  const open = outcomes.find(({ response }) => response.decision !== Decision.DENY);
  return doubt.isOpen && open ? open.response._doubted(undecide('')) : agreed(outcomes, undecide);
}

/** How an answer is undecided by a doubt, at the stage that matters in one of the answers. */
function undecidedBy(doubt: Doubt, answers: readonly AuthorizationResponse[] = []): Undecide {
  const stage = answers.map(answer => answer.stage).find(one => one !== undefined) ?? stageOf(doubt);
  const text = describe(doubt.problem);
  return hangsOn => ({ reason: UndecidedReason.MANIFEST_IN_DOUBT, stage, text: hangsOn === '' ? text : `${text}: ${hangsOn}` });
}

/** The stage at which a policy would refuse. */
function stageOf({ kind, readings: [reading] }: Doubt): Stage {
  if (kind === 'RequestAuthentication') return Stage.TOKEN;
  if (kind === 'NetworkPolicy') return Stage.NETWORK;
  if (kind !== 'AuthorizationPolicy') return Stage.TRANSPORT;
  const action = actionOf(reading.resource as AuthorizationResource);
  return [Stage.CUSTOM, Stage.DENY].find(stage => String(stage) === String(action)) ?? Stage.ALLOW;
}
