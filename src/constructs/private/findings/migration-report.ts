import { exposures, externalServers } from './migration-services';
import { callersIn, Intent } from '../../../intent/intent';
import { stageAfter } from '../../../intent/mtls-migration-intent';
import { WrittenService } from '../../../intent/ports';
import { brokenProbes } from '../../../intent/probes';
import { Labels } from '../../../intent/workload';
import { SECURITY_GROUP } from '../../../istio/manifest';
import { PolicySet } from '../../../policy/policy-set';
import { Decision, Stage } from '../../../policy/request/decision';
import { AccessRequest } from '../../../policy/request/request';
import { oneOfEach } from '../../../util/grouped';
import { unique } from '../../../util/text';
import { membershipOf } from '../../../validation/mesh-membership';
import { Found, MigrationFinding, MigrationFindingKind } from '../../../validation/migration-finding';
import { AppWorkload } from '../index/app-workloads';
import { MigrationDeclaration } from '../index/declarations';
import { isGatewayAlone } from '../index/gateway-pods';
import { StatedIntents } from '../index/stated-intents';
import { statementOf } from '../index/statement';
import { World } from '../index/world';
import { isChanged } from '../reading/patches';
import { bystanderOf } from '../witnesses/bystanders';
import { isOfMesh, OtherObject, otherObjects } from '../witnesses/other-objects';
import { meshWords } from '../witnesses/shape-key';
import { Surroundings } from '../witnesses/surroundings';

type ServiceName = Pick<WrittenService, 'name' | 'headless' | 'origin'>;

/** What would break at the next stage of each namespace that is on its way, as far as manifests show it. */
export function reportOf(world: World, isWanted: (migration: MigrationDeclaration) => boolean = () => true): MigrationFinding[] {
  const behind = world.declarations.migrations.filter(migration => isWanted(migration) && stageAfter(migration.stage));
  if (behind.length === 0) { return []; }
  const then = new Strict(world);
  return behind.flatMap(({ name, stage }) => [
    ...then.workloads(name),
    ...then.callers(name),
    ...exposures(name, world),
    ...openAccesses(name, world),
    ...probes(name, world),
    ...then.clients(name),
    ...then.peers(name),
    ...externalServers(name, world),
  ].map(found => ({ namespace: name, nextStage: stageAfter(stage)!, ...found })));
}

/** A DestinationRule. */
interface Rule { readonly namespace?: string; readonly name: string; readonly path: string }

/** Kinds that say how clients connect. */
const CONNECTING: readonly string[] = ['DestinationRule', 'ServiceEntry'];

/** What somebody else wrote and counts under STRICT as well: of PeerAuthentications those for workloads. */
function staysThen(other: OtherObject): boolean {
  const isForWorkload = other.kind === 'PeerAuthentication' && other.manifest.spec?.selector !== undefined;
  return isOfMesh(other) || isForWorkload || other.kind === 'Sidecar' || CONNECTING.includes(other.kind);
}

/** The app as it will be when the namespaces on their way are STRICT, without policies that refuse for other reasons. */
class Strict {
  private readonly policies: PolicySet;
  private readonly rules: readonly Rule[];
  private knownClients?: readonly AppWorkload[];

  public constructor(private readonly world: World) {
    const { tree, declarations } = world;
    const surroundings = new Surroundings(world);
    const strict = declarations.migrations.map(({ name: namespace }) =>
      ({ apiVersion: `${SECURITY_GROUP}/v1`, kind: 'PeerAuthentication', metadata: { name: 'strict', namespace }, spec: { mtls: { mode: 'STRICT' } } }));
    const statements = tree.constructs.flatMap(construct => statementOf(construct) ?? []);
    const others = otherObjects(tree, statements).filter(staysThen);
    const stated = statements.flatMap(({ objects }) => objects).filter(object => CONNECTING.includes(object.kind) && !isChanged(object));
    this.rules = [...others, ...stated.map(({ kind, name, metadata, node: { path } }) => ({ kind, namespace: metadata.namespace, name, path }))]
      .filter(({ kind }) => kind === 'DestinationRule');
    const manifests = [...others.map(({ manifest }) => manifest), ...stated.flatMap(object => tree.manifest(object) as object | undefined ?? [])];
    this.policies = PolicySet.fromManifests([...surroundings.all([], []), ...strict, ...manifests], surroundings.settings);
  }

  /** Workloads of the namespace that take plaintext also then. */
  public workloads(namespace: string): Found[] {
    return this.protectedIn(namespace).filter(workload => !this.world.isOutside(workload)).flatMap((workload): Found[] => {
      const { leak } = membershipOf(bystanderOf(workload, this.world), this.policies);
      if (!leak) { return []; }
      const why = this.whyWithoutIdentity(workload);
      const what = { constructPath: workload.path };
      if (why === undefined) {
        const notes = leak.notes.length === 0 ? '' : `: ${leak.notes.join('; ')}`;
        const message = `${leak.text} passes also under STRICT${notes}`;
        return [{ ...what, kind: MigrationFindingKind.OPEN_PORT, message, cure: 'take out what opens it, or protect it by other means' }];
      }
      const message = `${why}; so what it sends is refused here, and nothing protects it`;
      return [workload.pod.hostNetwork
        ? { ...what, kind: MigrationFindingKind.HOST_NETWORK, message, cure: 'take its pods off the network of the host, or name it in outsideMesh and let it call nothing here' }
        : { ...what, kind: MigrationFindingKind.WORKLOAD_OUTSIDE_MESH, message, cure: 'bring its pods into the mesh, or name it in outsideMesh and let it call nothing here' }];
    });
  }

  /** Workloads of other namespaces without identity. Who calls whom no manifest shows. */
  public callers(namespace: string): Found[] {
    const calling = this.world.workloads.all.filter(workload => workload.namespace !== namespace || this.world.isOutside(workload));
    return calling.flatMap((workload): Found[] => {
      const why = this.whyWithoutIdentity(workload);
      return why === undefined ? [] : [{
        kind: MigrationFindingKind.CALLER_OUTSIDE_MESH,
        constructPath: workload.path,
        message: `${why}; if it calls anything here, that is refused`,
        cure: 'bring its pods into the mesh, let it in by a PlaintextException, from its network to what it calls, or see that it calls nothing',
      }];
    });
  }

  /** Clients of the mesh that send no identity to Services of the namespace, as DestinationRules say, or as nothing tells them to. */
  public clients(namespace: string): Found[] {
    const found = this.servicesIn(namespace).flatMap(service => service.ports.flatMap(port => this.distinctClients.flatMap(client => {
      const notes = this.refusal({ source: { workload: nameOf(client) }, destination: { namespace, service: service.name, port } });
      return notes ? [this.refused(client, service, port, notes)] : [];
    })));
    return unique(found.map(({ constructPath }) => constructPath)).map(path => {
      const [first, ...others] = found.filter(({ constructPath }) => constructPath === path);
      return others.length === 0 ? first : { ...first, message: `${first.message} (and ${others.length} more ${others.length === 1 ? 'call' : 'calls'})` };
    });
  }

  private refused({ path }: AppWorkload, { name, headless, origin }: ServiceName, port: number, notes: readonly string[]): Found {
    const rule = this.ruleIn(notes);
    const why = notes.length === 0 ? 'it is sent in plaintext' : notes.join('; ');
    const message = `what '${path}' sends to port ${port} of ${headless ? 'headless ' : ''}Service '${name}' is refused: ${why}`;
    if (rule) { return { kind: MigrationFindingKind.DESTINATION_RULE, constructPath: rule.path, message, cure: 'set its TLS to ISTIO_MUTUAL, or take it out' }; }
    return headless
      ? { kind: MigrationFindingKind.HEADLESS_SERVICE, constructPath: origin, message, cure: 'give it a Service with a cluster address, or bring both to the same data plane' }
      : { kind: MigrationFindingKind.CALLER_OUTSIDE_MESH, constructPath: path, message, cure: 'see that it sends mutual TLS' };
  }

  /** Pods behind a headless Service, which call each other by address: that is plaintext at ports that no such Service names. */
  public peers(namespace: string): Found[] {
    return this.protectedIn(namespace).flatMap((workload): Found[] => {
      const services = this.world.tree.servicesOf(namespace, workload).filter(({ headless }) => headless);
      const named = services.flatMap(({ ports }) => ports.map(({ targetPort }) => targetPort));
      const unnamed = workload.containerPorts.filter(({ number, transport }) => services.length > 0 && transport === 'TCP' && !named.includes(number));
      const ports = unnamed.map(({ number }) => number)
        .filter(port => this.refusal({ source: { workload: nameOf(workload) }, destination: { namespace, workload: workload.name, port } }));
      return ports.length === 0 || this.whyWithoutIdentity(workload) !== undefined ? [] : [{
        kind: MigrationFindingKind.HEADLESS_SERVICE,
        constructPath: workload.path,
        message: `pods behind headless Service '${services[0].name}' that call each other by address at port ${ports.join(', ')} send plaintext, which is refused`,
        cure: 'name the port in the headless Service',
      }];
    });
  }

  /** One workload of each way in which pods of a namespace speak of the mesh, and where there are DestinationRules may be told apart by them. */
  private get distinctClients(): readonly AppWorkload[] { return this.knownClients ??= this.findClients(); }

  private findClients(): AppWorkload[] {
    const hasRules = this.rules.length > 0;
    const clients = this.world.workloads.all.filter(workload => this.whyWithoutIdentity(workload) === undefined);
    const keyOf = (workload: AppWorkload) => JSON.stringify([workload.namespace, meshWords(workload), ...hasRules ? [workload.pod.labels] : []]);
    return oneOfEach(clients, workload => keyOf(workload));
  }

  private protectedIn(namespace: string): AppWorkload[] {
    return this.world.workloads.in(namespace).filter(workload => !isGatewayAlone(workload));
  }

  private servicesIn(namespace: string): (ServiceName & { readonly ports: readonly number[] })[] {
    const { tree, workloads } = this.world;
    // gateways are there for those outside
    const selected = (selector: Labels) => Object.keys(selector).length === 0 ? [] : workloads.selectedBy(namespace, selector);
    const leadsSomewhere = (selector: Labels) => selected(selector).some(workload => !isGatewayAlone(workload));
    const leading = tree.servicesIn(namespace).filter(({ selector = {} }) => leadsSomewhere(selector));
    return leading.map(service => ({ ...service, ports: service.ports.filter(({ transport }) => transport === 'TCP').map(({ port }) => port) }));
  }

  private whyWithoutIdentity(workload: AppWorkload): string | undefined {
    return this.policies._whyWithoutIdentity(nameOf(workload))?.replace(': it sends plaintext, without identity', '');
  }

  /** What is said of a call that is refused as plaintext; one that arrives nowhere does not today either. */
  private refusal(request: AccessRequest): readonly string[] | undefined {
    const { decision, stage, notes, reason } = this.policies.isAuthorized(request);
    return decision === Decision.DENY && stage === Stage.TRANSPORT && reason === undefined ? notes : undefined;
  }

  private ruleIn(notes: readonly string[]): Rule | undefined {
    const said = notes.map(note => /DestinationRule (\S+)\/(\S+) /.exec(note)).find(match => match);
    return said ? this.rules.find(({ namespace, name }) => namespace === said[1] && name === said[2]) : undefined;
  }
}

function nameOf({ namespace, name }: AppWorkload): string { return `${namespace}/${name}`; }

function probes(namespace: string, world: World): Found[] {
  return world.workloads.in(namespace).flatMap(workload => brokenProbes(workload, world.dataPlane(namespace)).map((problem): Found => {
    const [message, cure] = problem.split('; ');
    return { kind: MigrationFindingKind.PROBE, constructPath: workload.path, message, cure };
  }));
}

/** Accesses that admit everyone: also in plaintext, until that is refused. */
function openAccesses(namespace: string, world: World): Found[] {
  const known = StatedIntents.of(world);
  const isOpen = [
    ...known.accessesIn(namespace).filter(({ intent }) => isForAll(intent)),
    ...known.apisIn(namespace).filter(({ intent }) => isForAll(intent) || (intent.publicOperations.length > 0 && intent.publicCallers.length === 0)),
  ];
  return isOpen.map(({ path, intent }) => ({
    kind: MigrationFindingKind.OPEN_ACCESS,
    constructPath: path,
    message: `'${path}' admits everyone to '${intent.target.path}', also in plaintext, which is refused under STRICT`,
    cure: 'name its callers, and let those outside the mesh come through a gateway, or in by a PlaintextException',
  }));
}

function isForAll(intent: Intent): boolean { return callersIn(intent).some(({ kind }) => kind === 'anyone'); }
