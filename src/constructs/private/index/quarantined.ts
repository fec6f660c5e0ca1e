import { IConstruct } from 'constructs';
import { clusterName } from './borders';
import { StatedIntents } from './stated-intents';
import { statementOf } from './statement';
import { World } from './world';
import { ServiceAccountCaller } from '../../../intent/caller';
import { isAmong } from '../../../intent/containment';
import { callersIn } from '../../../intent/intent';
import { MtlsStage } from '../../../intent/mtls-migration-intent';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { isSame } from '../../../util/same';
import { unique } from '../../../util/text';

/** Constructs of what opens anything that a quarantine cuts: to its workload, and by its account. */
export function cutBy({ target, account }: QuarantineIntent, world: World): string[] {
  return openingTo(account, world, other => leadsTo(target, other, world));
}

function leadsTo(target: WorkloadFacts | undefined, other: WorkloadFacts, world: World): boolean {
  return target?.namespace === other.namespace && StatedIntents.of(world).meet(target, other);
}

/** Whatever names an account as a caller, or is for a workload. */
function openingTo(account: ServiceAccountCaller, world: World, isFor: (target: WorkloadFacts) => boolean): string[] {
  const known = StatedIntents.of(world);
  const openingIn = (namespace: string) => [...known.accessesIn(namespace), ...known.apisIn(namespace), ...known.exceptionsIn(namespace)];
  const reading = world.declarations.namespaces.filter(({ name }) => isAmong(account, world.namespace(name).metrics?.readers ?? []));
  return [
    ...known.namespaces.flatMap(openingIn).filter(({ intent }) => isAmong(account, callersIn(intent)) || isFor(intent.target)),
    ...reading,
  ].map(({ path }) => path);
}

/** Namespaces with workloads that the app does not make STRICT: there a workload is nobody in plaintext, in quarantine or not. */
export function takingPlaintext(world: World): string[] {
  const isStrict = (namespace: string) => {
    const migrating = world.migrating(namespace);
    return migrating ? migrating.stage === MtlsStage.STRICT : world.isStrict || world.declares(namespace);
  };
  return world.workloads.namespaces.filter(namespace => !isStrict(namespace));
}

/** What lets plaintext in from some networks, whoever sends it; to the workload itself nothing passes. */
export function takingPlaintextFrom({ target }: QuarantineIntent, world: World): string[] {
  const known = StatedIntents.of(world);
  const exceptions = known.namespaces.flatMap(namespace => known.exceptionsIn(namespace));
  return exceptions.filter(({ intent }) => !leadsTo(target, intent.target, world)).map(({ path }) => path);
}

interface LeftElsewhere { readonly cluster: string; readonly paths: readonly string[] }

/** Other clusters of the app that take an account for their own, or name it, with what lets it in there; but for those that cut it off themselves. */
export function leftElsewhere({ account, mesh }: QuarantineIntent, { tree: { scope, borders } }: World): LeftElsewhere[] {
  const domain = account.trustDomain ?? mesh.trustDomain;
  const others = unique([scope.node.root, ...borders.meshes.map(({ appliesTo }) => appliesTo)]).filter(other => other !== scope);
  return (borders.areSeveral ? others : []).flatMap(other => {
    const world = World.of(other);
    const { namespace, name } = account;
    const there: ServiceAccountCaller = { kind: 'serviceAccount', namespace, name, ...domain === world.mesh.trustDomain ? {} : { trustDomain: domain } };
    const paths = isCutOff(there, world.tree.constructs, world) ? [] : openingTo(there, world, () => false);
    return paths.length === 0 ? [] : [{ cluster: clusterName(other), paths }];
  });
}

function isCutOff({ namespace, name, trustDomain }: ServiceAccountCaller, constructs: readonly IConstruct[], world: World): boolean {
  return constructs.flatMap(construct => statementOf(construct)?.cuts ?? []).some(cuts => {
    const other = cuts(world);
    return isSame([namespace, name, trustDomain], [other.namespace, other.name, other.trustDomain]);
  });
}
