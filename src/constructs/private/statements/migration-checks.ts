import { IConstruct } from 'constructs';
import { meantNamespace } from './namespace-names';
import { MtlsStage } from '../../../intent/mtls-migration-intent';
import { few, listed, quoted } from '../../../util/text';
import { MigrationDeclaration } from '../index/declarations';
import { StatedIntents } from '../index/stated-intents';
import { readEach, statementOf } from '../index/statement';
import { World } from '../index/world';

type Migrating = Pick<MigrationDeclaration, 'name' | 'stage'>;

/** What the app says of a namespace that it must not say while it is on its way. */
export function checkMigrating({ name, stage }: Migrating, own: IConstruct, world: World): string[] {
  if (name === world.mesh.rootNamespace) {
    return [`namespaces must not name the root namespace '${name}', whose policies hold for the whole mesh; when all namespaces are STRICT, state a ZeroTrustMesh`];
  }
  const meant = meantNamespace(name, world);
  if (meant !== undefined && !world.declares(meant) && !world.migrating(meant)) {
    return [`namespaces must be those of the app, got ${quoted(name)}, which it does not have; did you mean ${quoted(meant)}?`];
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
  return tree.written('security.istio.io/PeerAuthentication').filter(one => one.namespace === namespace && !isOwn(one.object)).flatMap(({ object, name, manifest }) => {
    const { selector } = (manifest.spec ?? {}) as { readonly selector?: { readonly matchLabels?: object } };
    const isWide = Object.keys(selector?.matchLabels ?? {}).length === 0;
    const isToldOtherwise = name === statementOf(own)?.objects[0].name || statementOf(object.node.scope!) !== undefined;
    return !isWide || isToldOtherwise ? [] : [`PeerAuthentication '${namespace}/${name}' at '${object.node.path}' is for all of namespace '${namespace}', too, and of the two Istio takes the oldest; `
      + 'take it out, and where it is in the cluster already, give its name by peerAuthenticationName'];
  });
}

/** Nothing is refused yet, and these refuse whatever they do not name. */
function enforced(namespace: string, world: World): string[] {
  const known = StatedIntents.of(world);
  const found = [
    { words: 'accesses to it, which refuse whatever they do not name', what: 'accesses', paths: [...known.accessesIn(namespace), ...known.apisIn(namespace)].map(({ path }) => path) },
    { words: 'exceptions at it, which refuse all other plaintext, while all of it is taken as it is', what: 'exceptions', paths: known.exceptionsIn(namespace).map(({ path }) => path) },
    { words: 'guardrails of what only some may do at its workloads, which refuse all others', what: 'guardrails', paths: closingGuardrails(namespace, world) },
  ];
  return found.filter(({ paths }) => paths.length > 0).map(({ words, what, paths }) =>
    `namespace '${namespace}' must be at least 'permissive' for ${words}, got 'observe' beside ${few(paths)}; take it to MtlsStage.PERMISSIVE, or leave the ${what} out until then`);
}

/** Those for all of a namespace defeat what the stage promises, and are told by that; those that forbid something by name are meant. */
function closingGuardrails(namespace: string, world: World): string[] {
  return readEach(world, ({ construct, roles, read }) => {
    const intent = roles.includes('guardrail') ? read(world) : undefined;
    const isMeant = intent?.kind !== 'guardrail' || intent.isDryRun || intent.target?.namespace !== namespace;
    return isMeant || !intent.law.kind.startsWith('only') ? undefined : construct.node.path;
  });
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
