import { runningAs } from './accounts';
import { Caller, callerName, isOfAnotherMesh, ServiceAccountCaller } from '../../../intent/caller';
import { callersIn, Intent, isDryRun } from '../../../intent/intent';
import { few, quoted } from '../../../util/text';
import { Principal } from '../../principal';
import { AppWorkload } from '../index/app-workloads';
import { OtherPods } from '../index/other-pods';
import { readEach } from '../index/statement';
import { World } from '../index/world';
import { isOfBreakGlass } from '../witnesses/stated-policies';

/** Whoever breaks the glass does nothing else: what runs as the account anyway would have the access of an emergency without anybody noticing. */
export function checkEmergencyAccounts(callers: readonly Principal[], world: World): string[] {
  return callers.flatMap(principal => {
    const caller = principal._caller();
    if (caller.kind !== 'serviceAccount') { return []; }
    const running = isOfAnotherMesh(caller) ? [] : runningAs(caller.namespace, caller.name, world);
    const runners = running.filter(runner => runsOn(runner, world)).map(({ path }) => path);
    const stated = everyday(caller, world);
    const uses = [
      ...runners.length === 0 ? [] : [`as which ${few(runners)} run${runners.length === 1 ? 's' : ''} all the time`],
      ...stated.length === 0 ? [] : [`whom ${few(stated)} let${stated.length === 1 ? 's' : ''} in every day`],
    ];
    return uses.length === 0 ? [] : [`callers must be accounts that are used for nothing else, got ${quoted(callerName(caller))}, ${uses.join(', and ')}; `
      + 'name one that nothing runs as all the time, and nothing else lets in'];
  });
}

/** Pods that somebody starts, and that end, are how a glass is broken; a CronJob that is suspended is started by hand. */
function runsOn(runner: AppWorkload | OtherPods, { tree }: World): boolean {
  if (!('object' in runner)) { return false; }
  const { kind } = runner.object;
  const isSuspended = kind === 'CronJob' && (tree.manifest(runner.object) as { readonly spec?: { readonly suspend?: unknown } } | undefined)?.spec?.suspend === true;
  return !isSuspended && !['Pod', 'Job'].includes(kind);
}

/** What lets the account in by its name; other emergencies are its purpose. */
function everyday(caller: ServiceAccountCaller, world: World): string[] {
  return readEach(world, ({ construct, objects, isNetwork, read }) => {
    if (isNetwork || objects.some(isOfBreakGlass)) { return undefined; }
    return letIn(read(world)).some(other => isSame(other, caller)) ? construct.node.path : undefined;
  });
}

function letIn(intent: Intent): readonly Caller[] {
  return ['access', 'jwt', 'namespace'].includes(intent.kind) && !isDryRun(intent) ? callersIn(intent) : [];
}

function isSame(one: Caller, { namespace, name, trustDomain }: ServiceAccountCaller): boolean {
  return one.kind === 'serviceAccount' && one.namespace === namespace && one.name === name && one.trustDomain === trustDomain;
}
