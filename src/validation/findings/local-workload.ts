import { Labels, PortFacts, ServiceFacts } from '../../intent/workload';

/** A workload of the app, as rules look at it. */
export interface LocalWorkload {
  /** Path of its construct. */
  readonly path: string;
  readonly name: string;
  readonly namespace: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** Whether it is a gateway, which is there for those outside. */
  readonly isGateway: boolean;
  /** Whether its pods say which ports they listen on: those that say nothing may listen on any. */
  readonly listsPorts: boolean;
  readonly ports: readonly PortFacts[];
  readonly services: readonly ServiceFacts[];
}

/** Workloads as messages name a few: `'shop/web', 'shop/api', …`. */
export function fewOf(workloads: readonly LocalWorkload[]): string {
  return [...workloads.slice(0, 3).map(({ path }) => `'${path}'`), ...workloads.length > 3 ? ['…'] : []].join(', ');
}
