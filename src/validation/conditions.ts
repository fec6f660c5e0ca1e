import { fits, sampleOf } from './samples';
import { ConditionData } from '../intent/condition';
import { groupedBy } from '../util/grouped';
import { contains } from '../util/ip';

/** What conditions ask for, one entry for each header, claim or attribute of the connection: several may ask of the same one, and all must hold. */
export function byAttribute(conditions: readonly ConditionData[]): ConditionData[][] {
  return [...groupedBy(conditions, attributeOf).values()];
}

/** Conditions on something else than this one. */
export function onOthers(conditions: readonly ConditionData[], one: ConditionData): ConditionData[] {
  return conditions.filter(condition => attributeOf(condition) !== attributeOf(one));
}

/** A value by which all conditions on one attribute hold: of `a*` and `*b` it is `ab`. Undefined if no value does. */
export function valueMeeting(group: readonly ConditionData[]): string | undefined {
  const matches = group[0].kind === 'sourceIp' ? contains : fits;
  return candidates(group).find(value => group.every(({ values }) => values.some(pattern => matches(pattern, value))));
}

/** The first value of each condition, whatever the others ask. */
export function valueOf({ kind, values: [first] }: ConditionData): string { return kind === 'sourceIp' ? first.split('/')[0] : sampleOf(first); }

/** Claims by which conditions on a token hold; where no single value of a claim will do, it is a list, of which one element is enough for each. */
export function claimsFor(conditions: readonly ConditionData[]): { [claim: string]: unknown } {
  const claims: { [claim: string]: unknown } = {};
  for (const group of byAttribute(conditions)) {
    const path = claimOf(group[0]);
    if (path) { setNested(claims, path, (group[0].kind === 'audience' ? undefined : valueMeeting(group)) ?? group.map(valueOf)); }
  }
  return claims;
}

function claimOf(condition: ConditionData): readonly string[] | undefined {
  switch (condition.kind) {
    case 'claim': return condition.path;
    case 'audience': return ['aud'];
    case 'presenter': return ['azp'];
    default: return undefined;
  }
}

function attributeOf(condition: ConditionData): string {
  return JSON.stringify(claimOf(condition) ?? [condition.kind, condition.kind === 'header' ? condition.name : '']);
}

function candidates(group: readonly ConditionData[]): string[] {
  const patterns = group.flatMap(({ kind, values }) => values.map(value => valueOf({ kind, values: [value] } as ConditionData)));
  if (group.length === 1) { return patterns; }
  const written = group.flatMap(({ values }) => values);
  const ends = written.filter(pattern => pattern.startsWith('*'));
  return [...patterns, ...written.filter(pattern => pattern.endsWith('*')).flatMap(pattern => ends.map(end => pattern.slice(0, -1) + end.slice(1)))];
}

function setNested(claims: { [claim: string]: unknown }, [first, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) { claims[first] = value; return; }
  const inner = { ...claims[first] as object | undefined };
  setNested(inner, rest, value);
  claims[first] = inner;
}
