import { fewOf, LocalWorkload } from './local-workload';
import { Observation } from './observation';
import { groupedBy } from '../../util/grouped';

/** What the app closes. */
export interface Covered {
  /** Whether a namespace denies by default, by a ZeroTrustNamespace or a policy. */
  readonly namespace: (name: string) => boolean;
  /** Paths of workloads for which accesses are stated: the rest is denied there. */
  readonly targets: ReadonlySet<string>;
}

/** ZT107: workloads that everyone may call, in an app that closes others. */
export function uncovered(workloads: readonly LocalWorkload[], { namespace: isCovered, targets }: Covered): Observation[] {
  const open = workloads.filter(({ namespace, path }) => !isCovered(namespace) && !targets.has(path));
  return [...groupedBy(open, ({ namespace }) => namespace)].flatMap(([namespace, local]) => {
    const message = `everyone may call ${fewOf(local)}, as namespace '${namespace}' has no ZeroTrustNamespace; `
      + `add one, new ZeroTrustNamespace(…, { name: '${namespace}' }), or state accesses for each of them`;
    return local.map(({ path }) => ({ rule: 'ZT107' as const, path, message }));
  });
}
