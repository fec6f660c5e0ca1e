import { IConstruct } from 'constructs';
import { besideTheMesh } from './beside-the-mesh';
import { waysOut } from './egress';
import { idleExemptions } from './idle-exemptions';
import { keptWarnings } from './kept-warnings';
import { localWorkloads } from './local-workloads';
import { reportOf } from './migration-report';
import { ownProxies } from './own-proxies';
import { portsUnseen } from './unseen-ports';
import { callerName } from '../../../intent/caller';
import { callersIn, Intent, isDryRun, namespaceOf, targetOf } from '../../../intent/intent';
import { namespacesAround } from '../../../intent/mesh';
import { settingsNamed } from '../../../intent/mesh-config';
import { MtlsStage } from '../../../intent/mtls-migration-intent';
import { QuarantineIntent } from '../../../intent/quarantine-intent';
import { limitsOnly } from '../../../istio/local-rate-limit';
import { Inventory } from '../../../policy/resources/inventory';
import { takeManifests } from '../../../policy/resources/manifest-reader';
import { meshConfigsIn } from '../../../policy/resources/mesh-config';
import { elementsOf } from '../../../util/shape';
import { few, quoted } from '../../../util/text';
import { LocalWorkload } from '../../../validation/findings/local-workload';
import { vainMetrics } from '../../../validation/findings/metrics';
import { arrived, breaking } from '../../../validation/findings/migrating';
import { neverMatching } from '../../../validation/findings/never-matching';
import { Observation } from '../../../validation/findings/observation';
import { opaRefusals } from '../../../validation/findings/opa-refusals';
import { servicePorts } from '../../../validation/findings/peer-ports';
import { uncovered } from '../../../validation/findings/uncovered';
import { unevaluated } from '../../../validation/findings/unevaluated';
import { unknownAccounts } from '../../../validation/findings/unknown-accounts';
import { unrendered } from '../../../validation/findings/unrendered';
import { unseenPorts } from '../../../validation/findings/unseen-ports';
import { LoosePolicy, unselected } from '../../../validation/findings/unselected';
import { vainRules } from '../../../validation/findings/vain-rules';
import { decidingFor } from '../index/opa-decisions';
import { cutBy, leftElsewhere, takingPlaintext, takingPlaintextFrom } from '../index/quarantined';
import { Statement } from '../index/statement';
import { TakenDown, takenDownBy } from '../index/taken-down';
import { World } from '../index/world';
import { isOfMesh, isPolicy, OtherObject } from '../witnesses/other-objects';

/** What the rules see in an app: at the policies that no intent makes, and at the intents, as far as they can be read. */
export function observationsOf(world: World, intents: ReadonlyMap<Statement, Intent>, all: readonly OtherObject[]): Observation[] {
  const workloads = localWorkloads(world.tree);
  const others = all.filter(isPolicy);
  const loose = others.map(loosePolicy);
  const servicesIn = (namespace: string) => world.tree.servicesIn(namespace).map(({ name }) => name);
  return [
    ...keptWarnings(world.tree.scope).filter(({ construct }) => world.tree.holds(construct)).map(({ construct, problem: { field, message } }) =>
      ({ rule: 'ZT101' as const, path: construct.node.path, message: `${field.replace(/^spec\.?/, '')} ${message}`, cause: `${field.replace(/\d+/g, '')} ${message}` })),
    ...unselected(loose.filter(({ namespace }) => namespace !== world.mesh.rootNamespace), workloads, servicesIn),
    ...neverMatching(others.filter(({ kind }) => kind === 'AuthorizationPolicy').map(({ namespace, name, path, manifest: { spec } }) => ({ namespace, name, path, spec }))),
    ...servicePorts(loose.filter(({ kind }) => kind === 'PeerAuthentication'), workloads),
    ...[...intents].flatMap(([{ construct }, intent]) => seenAt(construct, intent, workloads, world)),
    ...uncoveredWorkloads(world, [...intents.values()], workloads, others),
    ...proxyChanges(world, [...intents.values()], all),
    ...besideTheMesh(world, all),
    ...unrenderedSettings(world, all),
    ...waysOut(world, [...intents.values()], all),
    ...unseenPorts(portsUnseen(world)),
    ...reportOf(world).map(breaking),
    ...world.declarations.migrations.filter(({ stage }) => stage === MtlsStage.STRICT).map(arrived),
  ];
}

/** What a mesh is said to need, where nothing of the app says it to istiod; a MeshConfig of the app that does not have it is refused. */
function unrenderedSettings({ declarations: { meshes }, contributors, settingsOutput }: World, all: readonly OtherObject[]): Observation[] {
  const [mesh] = meshes;
  if (!mesh?.isStrict || settingsOutput) { return []; }
  const speaking = new Inventory(takeManifests(all.filter(isOfMesh).map(({ manifest }) => manifest)));
  if (meshConfigsIn(speaking).length > 0) { return []; }
  const needing = contributors.filter(({ path }) => path !== mesh.path);
  return unrendered(mesh.path, needing.flatMap(({ path, config }) => settingsNamed(config).map(setting => ({ path, setting }))));
}

/** A Sidecar changes what comes in only where it has listeners of its own; an EnvoyFilter that only limits requests lets nobody in. */
function proxyChanges(world: World, intents: readonly Intent[], others: readonly OtherObject[]): Observation[] {
  const meant = new Set(intents.flatMap(intent => namespaceOf(intent) ?? []).flatMap(namespacesAround));
  const changes = others.filter(({ kind, manifest: { spec } }) => kind === 'Sidecar' ? (spec as { readonly ingress?: unknown } | undefined)?.ingress !== undefined
    : kind !== 'EnvoyFilter' || !limitsOnly(spec));
  return [
    ...unevaluated(changes, namespace => namespace === world.mesh.rootNamespace || meant.has(namespace)),
    ...ownProxies(world, namespace => meant.has(namespace)),
  ];
}

function seenAt({ node: { path } }: IConstruct, intent: Intent, workloads: readonly LocalWorkload[], world: World): Observation[] {
  const unknown = unknownAccounts(callersIn(intent), path, namespace => world.accountsIn(namespace));
  switch (intent.kind) {
    case 'access': return [...intent.isDryRun ? [] : opaRefusals(intent, path, decidingFor(intent.target, world)), ...unknown];
    case 'jwt': return [...vainRules(intent, path), ...idleExemptions(intent, path, world), ...opaRefusals(intent, path, decidingFor(intent.target, world)), ...unknown];
    case 'namespace': return [...vainMetrics(intent, path, workloads), ...unknown];
    case 'quarantine': return [{ rule: 'ZT114', path, message: cutMessage(intent, world) }, ...unknown];
    default: return unknown;
  }
}

/** What a quarantine does, and what it leaves. */
function cutMessage(intent: QuarantineIntent, world: World): string {
  const what = intent.target ? quoted(intent.target.path) : quoted(callerName(intent.account));
  const cut = cutBy(intent, world);
  const down = takenDownBy(intent, world).map(downMessage).join('');
  const open = takingPlaintext(world);
  const plaintext = open.length === 0 ? '' : `; what it sends in plaintext still passes in ${few(open)}, which this app does not make STRICT`;
  const excepted = takingPlaintextFrom(intent, world);
  const networks = excepted.length === 0 ? '' : `; what it sends in plaintext from the networks of ${few(excepted)} still passes there`;
  const elsewhere = leftElsewhere(intent, world).map(({ cluster, paths }) => `; in ${cluster}, as far as its certificates are accepted there, ${few(paths)} still let${paths.length > 1 ? '' : 's'} it in: put it in quarantine there, too`);
  return `${what} is in quarantine, which cuts ${cut.length === 0 ? 'no access of this app' : few(cut)}${down}${plaintext}${networks}${elsewhere.join('')}; connections that are open live on: restart the pods at their other end`;
}

function downMessage({ path, authorizer, isItself, isOpen }: TakenDown): string {
  const how = isItself ? `waits for it as authorizer ${quoted(authorizer)}` : `asks authorizer ${quoted(authorizer)} by this account`;
  const then = isOpen ? 'lets pass whatever it would ask about, as it fails open: close it first' : 'refuses whatever it would ask about';
  return `; ${quoted(path)} ${how}, gets no answer, and ${then}`;
}

/** Whoever uses no baseline at all closes one workload after the other, and is told of the namespaces in which that has begun, but not of workloads to which nothing leads. */
function uncoveredWorkloads(
  world: World, intents: readonly Intent[], workloads: readonly LocalWorkload[], others: readonly OtherObject[],
): Observation[] {
  const isClosed = intents.some(intent => intent.kind === 'mesh' && intent.deniesByDefault);
  if (isClosed) { return []; }
  const { rootNamespace } = world.mesh;
  const targets = intents.filter(protects).flatMap(intent => targetOf(intent) ?? []);
  const begun = new Set(targets.map(({ namespace }) => namespace));
  const isMeant = ({ namespace, listsPorts, services }: LocalWorkload) =>
    world.declarations.namespaces.length > 0 || (begun.has(namespace) && (listsPorts || services.length > 0));
  const denying = new Set(others.filter(deniesByDefault).map(({ namespace }) => namespace));
  const isCared = (name: string) => name === rootNamespace || world.declares(name) || world.migrating(name) !== undefined;
  return uncovered(workloads.filter(workload => !workload.isGateway && isMeant(workload)), {
    namespace: name => isCared(name) || denying.has(name) || denying.has(rootNamespace),
    targets: new Set(targets.map(({ path }) => path)),
  });
}

/** What is audited, or kept from too much, is not protected by that from anybody. */
function protects(intent: Intent): boolean { return !['audit', 'guardrail', 'traffic-protection', 'fault'].includes(intent.kind) && !isDryRun(intent); }

/** An ALLOW without rules and without selector. */
function deniesByDefault({ kind, manifest }: OtherObject): boolean {
  const { action = 'ALLOW', rules = [], ...scope } = (manifest.spec ?? {}) as { readonly action?: string; readonly rules?: readonly object[] };
  return kind === 'AuthorizationPolicy' && action === 'ALLOW' && rules.length === 0 && Object.keys(scope).length === 0;
}

function loosePolicy({ kind, namespace, name, path, manifest }: OtherObject): LoosePolicy {
  const { selector, portLevelMtls = {}, targetRefs = [] } = (manifest.spec ?? {}) as OtherObject['manifest']['spec'] & { readonly targetRefs?: readonly ({ kind?: string; name?: string } | undefined)[] };
  return {
    kind,
    namespace,
    name,
    path,
    labels: selector?.matchLabels,
    services: elementsOf(targetRefs).flatMap(ref => ref?.kind === 'Service' && ref.name !== undefined ? [ref.name] : []),
    portLevelMtls: Object.keys(portLevelMtls).map(Number),
  };
}
