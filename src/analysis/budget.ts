/** Why a destination is not decided: there is more to tell apart than is gone through. */
export class OutOfBudget extends Error {}

/** Why the texts of a pattern cannot be told. */
export const EXPRESSION = 'up to Istio 1.29 it is a regular expression';
