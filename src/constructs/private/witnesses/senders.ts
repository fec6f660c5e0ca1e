import { Caller } from '../../../intent/caller';
import { Intent } from '../../../intent/intent';
import { AppWorkload } from '../index/app-workloads';
import { World } from '../index/world';

type ServiceAccount = Extract<Caller, { kind: 'serviceAccount' }>;

/** The service accounts that an intent names as callers. */
export function callersIn(intent: Intent): ServiceAccount[] {
  return allCallers(intent).filter((caller): caller is ServiceAccount => caller.kind === 'serviceAccount');
}

/** The workloads of the app that run as a caller. */
export function sendersOf(caller: Caller, world: World): readonly AppWorkload[] {
  return caller.kind === 'serviceAccount' ? world.workloads.runningAs(caller.namespace, caller.name) : [];
}

function allCallers(intent: Intent): readonly Caller[] {
  switch (intent.kind) {
    case 'access': return intent.callers;
    case 'jwt': return [...intent.rules.flatMap(({ callers }) => callers), ...intent.preflight?.callers ?? []];
    case 'namespace': return intent.namespace.metrics?.readers ?? [];
    case 'mesh': return [];
  }
}
