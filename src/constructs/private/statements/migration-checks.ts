import { IConstruct } from 'constructs';
import { MtlsStage } from '../../../intent/mtls-migration-intent';
import { few, listed, quoted } from '../../../util/text';
import { MigrationDeclaration } from '../index/declarations';
import { StatedIntents } from '../index/stated-intents';
import { statementOf } from '../index/statement';
import { World } from '../index/world';

type Migrating = Pick<MigrationDeclaration, 'name' | 'stage'>;

/** What the app says of a namespace that it must not say while it is on its way. */
export function checkMigrating({ name, stage }: Migrating, own: IConstruct, world: World): string[] {
  if (name === world.mesh.rootNamespace) {
    return [`namespaces must not name the root namespace '${name}', whose policies hold for the whole mesh; when all namespaces are STRICT, state a ZeroTrustMesh`];
  }
  return [...declaredTwice(name, stage, world), ...rivals(name, own, world), ...stage === MtlsStage.OBSERVE ? enforced(name, world) : []];
}

function declaredTwice(name: string, stage: MtlsStage, { declarations }: World): string[] {
  const twins = declarations.migrations.filter(other => other.name === name);
  const declared = declarations.namespaces.filter(other => other.name === name).map(({ path }) => path);
  return [
    ...twins.length > 1 ? [`namespace '${name}' must be named by one MtlsMigration, got ${listed(twins.map(({ path }) => path))}; keep one`] : [],
    ...declared.length === 0 ? [] : [`namespace '${name}' must not have a ZeroTrustNamespace (${listed(declared)}), which makes it STRICT, while it is ${quoted(stage)} in '${twins[0].path}'; `
      + (stage === MtlsStage.STRICT ? 'take it out of the migration, as it has arrived' : 'leave the ZeroTrustNamespace out until it is STRICT')],
  ];
}

/** Of several PeerAuthentications for a whole namespace Istio takes the oldest, whatever it says. */
function rivals(namespace: string, own: IConstruct, { tree }: World): string[] {
  const isOwn = (object: IConstruct) => statementOf(own)?.objects.some(one => one === object);
  return tree.objectsIn(namespace, 'security.istio.io/PeerAuthentication').filter(object => !isOwn(object)).flatMap(object => {
    const { spec } = (tree.manifest(object) ?? {}) as { readonly spec?: { readonly selector?: { readonly matchLabels?: object } } };
    const isWide = Object.keys(spec?.selector?.matchLabels ?? {}).length === 0;
    const isToldOtherwise = object.name === statementOf(own)?.objects[0].name || statementOf(object.node.scope!) !== undefined;
    return !isWide || isToldOtherwise ? [] : [`PeerAuthentication '${namespace}/${object.name}' at '${object.node.path}' is for all of namespace '${namespace}', too, and of the two Istio takes the oldest; `
      + 'take it out, and where it is in the cluster already, give its name by peerAuthenticationName'];
  });
}

/** Nothing is refused yet, and an access refuses whatever it does not name. */
function enforced(namespace: string, world: World): string[] {
  const known = StatedIntents.of(world);
  const opening = [...known.accessesIn(namespace), ...known.apisIn(namespace)].map(({ path }) => path);
  return opening.length === 0 ? [] : [`namespace '${namespace}' must be at least 'permissive' for accesses to it, which refuse whatever they do not name, got 'observe' beside ${few(opening)}; `
    + 'take it to MtlsStage.PERMISSIVE, or leave the accesses out until then'];
}

/** A mesh is STRICT when its namespaces are. */
export function checkStrictMesh(given: readonly Migrating[], isAllowed: boolean, world: World): string[] {
  const behind = world.isStrict ? [...given.filter(({ stage }) => stage !== MtlsStage.STRICT).map(({ name, stage }) => `${name} (${stage})`), ...unnamed(world)] : [];
  if (isAllowed) {
    return behind.length > 0 ? [] : [`allowStrictMesh must be left out where ${world.isStrict ? 'all namespaces are STRICT' : 'no ZeroTrustMesh makes the mesh STRICT'}; its reason would be about nothing`];
  }
  const [mesh] = world.declarations.meshes;
  return behind.length === 0 ? [] : [`ZeroTrustMesh '${mesh.path}' must not make the mesh STRICT before its namespaces are, got ${few(behind)}; `
    + "state it with exists: true until then, or say by allowStrictMesh: { reason: '…' } why it is STRICT already"];
}

/** Namespaces of the app that nothing takes to STRICT but the mesh. */
function unnamed(world: World): string[] {
  return world.workloads.namespaces.filter(name => name !== world.mesh.rootNamespace && !world.declares(name) && !world.migrating(name)).map(name => `${name} (nobody names it)`);
}
