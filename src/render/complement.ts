import { AuthorizationCondition, AuthorizationOperation } from '../istio/authorization-policy';
import { unique } from '../util/text';

/** More rules than anyone can review are refused. */
export const MAX_OPERATIONS = 64;

/** Requests that meet every constraint given; an empty list constrains nothing. */
export interface RequestBox {
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
  readonly conditions: readonly AuthorizationCondition[];
}

/** Requests written by negation only: none of the methods, none of the paths … */
export interface NegatedBox {
  readonly operation: AuthorizationOperation;
  readonly when: readonly AuthorizationCondition[];
}

type Negation = { readonly [key: string]: readonly string[] };

const FIELDS = { methods: 'notMethods', paths: 'notPaths', hosts: 'notHosts', ports: 'notPorts' } as const;

/**
 * Everything outside the boxes, as boxes written by negation.
 *
 * A DENY must be written by negation: a positive path is opt-in, and `//admin` or `/Admin` would simply not be matched. So, by De Morgan, one
 * negated constraint is chosen of each box, in all combinations. With the boxes `GET /healthz` and `POST /login, /logout`:
 *
 *     not GET,                 not POST
 *     not GET,                 not /login, not /logout
 *     not /healthz,            not POST
 *     not /healthz,            not /login, not /logout
 *
 * Combinations that another one contains are left out. Their number can double with each box: with more than `limit` the result is incomplete.
 */
export function complementOf(boxes: readonly RequestBox[], limit = Infinity): NegatedBox[] {
  let negations: Negation[] = [{}];
  for (const box of mergePaths(boxes)) {
    const choices = constraintsOf(box);
    negations = withoutContained(negations.flatMap(negation => choices.map(choice => combine(negation, choice))));
    if (negations.length > limit) { break; }
  }
  return negations.map(toBox);
}

/** Boxes that differ in their paths only are one box with all these paths. */
function mergePaths(boxes: readonly RequestBox[]): RequestBox[] {
  const merged = new Map<string, RequestBox>();
  for (const box of boxes) {
    const key = JSON.stringify([[...box.methods].sort(), box.hosts, box.ports, box.conditions, box.paths.length === 0]);
    const same = merged.get(key);
    merged.set(key, same ? { ...same, paths: unique([...same.paths, ...box.paths]) } : box);
  }
  return [...merged.values()];
}

function constraintsOf(box: RequestBox): Negation[] {
  const fields = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter(field => box[field].length > 0);
  return [
    ...fields.map(field => ({ [FIELDS[field]]: box[field] })),
    ...box.conditions.map(condition => ({ [`when ${condition.key}`]: condition.values ?? [] })),
  ];
}

function combine(a: Negation, b: Negation): Negation {
  const both: { [key: string]: readonly string[] } = { ...a };
  for (const [key, values] of Object.entries(b)) { both[key] = unique([...(both[key] ?? []), ...values]); }
  return both;
}

/** A negation with more constraints matches fewer requests: it is contained in one whose constraints it has all. */
function withoutContained(negations: readonly Negation[]): Negation[] {
  const isContained = (inner: Negation, outer: Negation) =>
    Object.entries(outer).every(([key, values]) => values.every(value => inner[key]?.includes(value)));
  return negations.filter((negation, i) => !negations.some((other, j) =>
    i !== j && isContained(negation, other) && (!isContained(other, negation) || j < i)));
}

function toBox(negation: Negation): NegatedBox {
  const operation: { [field: string]: string[] } = {};
  const when: AuthorizationCondition[] = [];
  for (const [key, values] of Object.entries(negation)) {
    if (key.startsWith('when ')) {
      when.push({ key: key.slice('when '.length), notValues: [...values] });
    } else {
      operation[key] = [...values];
    }
  }
  return { operation, when };
}
