import { AccessRequest, RequestDestination, RequestSource } from './request/request';
import { ConstructObject } from './resources/construct-tree';
import { Inventory } from './resources/inventory';
import { Kind } from './resources/kinds';
import { fullName } from './resources/policy';
import { WORKLOAD_KINDS } from './workloads/workload';
import { kept } from '../util/kept';
import { listed, quoted } from '../util/text';

type NamingProp = 'workload' | 'service' | 'serviceEntry' | 'gateway';

const KINDS_OF: Readonly<Record<NamingProp, readonly Kind[]>> = {
  workload: WORKLOAD_KINDS,
  service: ['Service'],
  serviceEntry: ['ServiceEntry'],
  gateway: ['KubernetesGateway', ...WORKLOAD_KINDS],
};
const PROPS = Object.keys(KINDS_OF) as NamingProp[];

/**
 * The names of constructs for the objects of an app: the end of a construct path, by whole ids, that only one object of the kind and namespace has.
 * What the manifests have by that name comes first.
 */
export class ConstructNames {
  /** What names stand for, each found when it is first asked for. */
  private readonly known = new Map<string, string>();

  constructor(private readonly objects: readonly ConstructObject[], private readonly inventory: Inventory) {}

  /** A request with the names that its objects have in Kubernetes; itself where these are given. */
  resolved(request: AccessRequest): AccessRequest {
    const source = request.source && this.ofSource(request.source);
    const destination = this.ofDestination(request.destination);
    return source === request.source && destination === request.destination ? request : { ...request, source, destination };
  }

  private ofDestination(destination: RequestDestination): RequestDestination {
    const { namespace } = destination;
    const names = PROPS.flatMap(prop => {
      const given = destination[prop];
      const name = given === undefined ? undefined : kept(this.known, `${prop} ${namespace} ${given}`, () => this.nameIn(prop, namespace, given));
      return name === given ? [] : [[prop, name]];
    });
    return names.length === 0 ? destination : { ...destination, ...Object.fromEntries(names) as Partial<RequestDestination> };
  }

  private nameIn(prop: NamingProp, namespace: string, given: string): string {
    const kinds = KINDS_OF[prop];
    if (this.has(kinds, namespace, given)) return given;
    const found = this.ending(kinds, given).filter(object => object.namespace === namespace);
    return one(`destination.${prop}`, given, found)?.name ?? given;
  }

  /** `NAMESPACE/NAME`, or the end of a path, which may look the same: one that is both comes first. */
  private ofSource(source: RequestSource): RequestSource {
    const { workload: given } = source;
    if (given === undefined) return source;
    const workload = this.fullNameOf('source.workload', 'workload', given);
    return workload === given ? source : { ...source, workload };
  }

  /** `NAMESPACE/NAME` of what is given by that, or by the end of its path; as it is given where there is none. */
  fullNameOf(prop: string, what: NamingProp, given: string): string {
    return kept(this.known, `${prop} ${given}`, () => this.findFullName(prop, KINDS_OF[what], given));
  }

  private findFullName(prop: string, kinds: readonly Kind[], given: string): string {
    const [namespace, ...rest] = given.split('/');
    const name = rest.join('/');
    if (this.has(kinds, namespace, name)) return given;
    const inNamespace = name === '' ? [] : this.ending(kinds, name).filter(object => object.namespace === namespace);
    const byPath = this.ending(kinds, given);
    const both = byPath.filter(object => inNamespace.includes(object));
    const found = one(prop, given, both.length > 0 ? both : [...inNamespace, ...byPath]);
    return found ? fullName(found) : given;
  }

  private has(kinds: readonly Kind[], namespace: string, name: string): boolean {
    return kinds.some(kind => this.inventory.find(kind, namespace, name) !== undefined);
  }

  private ending(kinds: readonly Kind[], end: string): ConstructObject[] {
    return this.objects.filter(({ kind, paths }) => kind && kinds.includes(kind) && paths.some(path => `/${path}`.endsWith(`/${end}`)));
  }
}

function one(prop: string, given: string, found: readonly ConstructObject[]): ConstructObject | undefined {
  if (found.length < 2) return found[0];
  const paths = found.map(({ paths: [path] }) => path);
  throw new Error(`${prop} must be the name of one object, got ${quoted(given)}, which ends the paths of several: ${listed(paths)}; write more of the path`);
}
