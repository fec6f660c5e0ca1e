import { Acknowledgement, Observation } from './observation';
import { few, unique } from '../../util/text';
import { Finding } from '../finding';

/** Observations as findings: one for each cause in a cluster, apart where some are acknowledged and others not; and acknowledgements that nothing needs. */
export function findingsOf(observations: readonly Observation[], acknowledgements: readonly Acknowledgement[]): Finding[] {
  const judged = observations.map(observation => ({ observation, by: acknowledging(observation, acknowledgements) }));
  const used = new Set(judged.map(({ by }) => by));
  const needless = acknowledgements.filter(one => !used.has(one) && one.rule !== 'ZT100')
    .map(one => needlessness(one, judged.flatMap(({ observation: { rule, path }, by }) => rule === one.rule && by === undefined ? [path] : [])))
    .map(observation => ({ observation, by: acknowledging(observation, acknowledgements) }));
  const groups = new Map<string, Group>();
  for (const { observation: { rule, path, message, cause, cluster }, by } of [...judged, ...needless]) {
    const key = JSON.stringify([cluster, rule, cause ?? message, by?.reason]);
    const known = groups.get(key);
    if (!known) {
      groups.set(key, { rule, message, paths: new Set([path]), ...(by ? { acknowledgedBecause: by.reason } : {}) });
    } else {
      known.paths.add(path);
    }
  }
  return [...groups.values()].map(({ paths, ...finding }) => ({ ...finding, constructPaths: [...paths] }));
}

interface Group extends Omit<Finding, 'constructPaths'> { readonly paths: Set<string> }

/** The acknowledgement that is nearest. */
function acknowledging({ rule, path }: Observation, acknowledgements: readonly Acknowledgement[]): Acknowledgement | undefined {
  return acknowledgements.filter(one => one.rule === rule && isWithin(path, one.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

/** Whether a path is that of a construct or of one below it; that of the app is empty. */
export function isWithin(path: string, scope: string): boolean { return scope === '' || path === scope || path.startsWith(`${scope}/`); }

/** @param elsewhere where the rule finds something that nobody acknowledges */
function needlessness({ rule, path, reason }: Acknowledgement, elsewhere: readonly string[]): Observation {
  const cure = elsewhere.length === 0 ? 'remove the acknowledgement' : `acknowledge it where it is found, at ${few(unique(elsewhere))}, or remove the acknowledgement`;
  return { rule: 'ZT100', path, message: `nothing is found by ${rule} here, which is acknowledged because '${reason}'; ${cure}` };
}
