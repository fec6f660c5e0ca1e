import { isDeepStrictEqual } from 'node:util';
import { Check, Recorded } from './family';

/** Compares a verdict with ours, member by member of the recorded one. */
export function compared(world: Recorded & { readonly manifests: readonly unknown[] }, question: object, verdict: object, ours: object): Check {
  const members = Object.keys({ ...verdict, ...defined(ours) });
  const differs = members.some(name => !isDeepStrictEqual(asJson(verdict)[name], asJson(ours)[name]));
  return {
    features: world.features,
    disagreement: !differs ? undefined : {
      where: world.id,
      input: `${JSON.stringify({ ...world, manifests: undefined, questions: undefined })}\n${world.manifests.map(manifest => JSON.stringify(manifest)).join('\n')}\n${JSON.stringify({ ...question, verdict: undefined })}`,
      recorded: JSON.stringify(verdict),
      ours: JSON.stringify(ours),
    },
  };
}

function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

function asJson(value: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(value)) as Readonly<Record<string, unknown>>;
}
