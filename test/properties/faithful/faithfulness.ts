import { Decision, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps } from './apps';
import { Ask, requestOf } from './ask';
import { build } from './build';
import { meant, meantToBeSeen } from './meant';
import { Choices, nearRequest } from './near';
import { AppRecipe, inForce, settingsOf } from './recipe';

/** A request on which what is rendered and what is meant differ. */
export interface Disagreement { readonly app: AppRecipe; readonly ask: Ask; readonly meant: boolean; readonly isToBeSeen: boolean; readonly explanation: string }

export interface Comparison {
  readonly pairs: number;
  readonly allowed: number;
  /** Those that pass and must be seen by an AUDIT. */
  readonly seen: number;
  /** Those whose decision would be another one if nothing were only tried out. */
  readonly triedOut: number;
  readonly disagreements: readonly Disagreement[];
}

export interface Extent { readonly seed: number; readonly apps: number; readonly requestsPerApp: number }

/** Puts requests near what generated apps state to the YAML that they render, and compares the decisions with what is meant, and what of it is audited. */
export function compare({ seed, apps: numRuns, requestsPerApp }: Extent, limit = 20): Comparison {
  let [pairs, allowed, seen, triedOut] = [0, 0, 0, 0];
  const disagreements: Disagreement[] = [];
  for (const [index, app] of sample(apps, { seed, numRuns }).entries()) {
    const policies = policiesOf(app);
    const choices = new Choices(seed * 1_000_003 + index);
    for (let i = 0; i < requestsPerApp; i++) {
      const ask = nearRequest(app, choices);
      const isMeant = meant(app, ask);
      const response = policies.isAuthorized(requestOf(ask));
      pairs++;
      if (isMeant) { allowed++; }
      const isToBeSeen = isMeant && meantToBeSeen(app, ask);
      if (isToBeSeen) { seen++; }
      if (meant(inForce(app), ask) !== isMeant) { triedOut++; }
      const isSeen = isMeant && response.auditingPolicies.length > 0;
      if ((response.decision !== (isMeant ? Decision.ALLOW : Decision.DENY) || isSeen !== isToBeSeen) && disagreements.length < limit) {
        disagreements.push({ app, ask, meant: isMeant, isToBeSeen, explanation: response.explain() });
      }
    }
  }
  return { pairs, allowed, seen, triedOut, disagreements };
}

/** The decisions on the YAML that an app renders. */
export function policiesOf(app: AppRecipe): PolicySet {
  return PolicySet.fromYaml(build(app).synthYaml(), settingsOf(app));
}
