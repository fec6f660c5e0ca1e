import { IConstruct } from 'constructs';
import { writtenByHand } from './written-networking';
import { FaultIntent } from '../../../intent/fault-intent';
import { GATEWAY_API_GROUP } from '../../../istio/manifest';
import { fullHost, isWithin } from '../../../policy/workloads/host-name';
import { FAULT_ROUTE } from '../../../render/fault';
import { hostOf } from '../../../render/protected-service';
import { elementsOf } from '../../../util/shape';
import { few, quoted, unique } from '../../../util/text';
import { readEach } from '../index/statement';
import { World } from '../index/world';
import { titleOf, writtenIn } from '../index/written';

/** What only the whole app shows to be wrong with a fault. */
export function checkFault(intent: FaultIntent, own: IConstruct, world: World): string[] {
  const { target: { services: [service, ...others] } } = intent;
  return [...inProduction(intent, world), ...service && others.length === 0 ? otherRoutes(hostOf(service), intent, own, world) : []];
}

/** Words by which they say that people are served there, with a region before them and a number behind: `prod1`, `euprd`; no longer words, as `product` or `reproduce`. */
const PRODUCTION = /^(eu|us|uk|na|sa|ap|apac|emea)?(prod|prd|production|live)\d*$/i;

/** Labels by which namespaces say what they are for, whatever their prefix. */
const STAGE = /^(.*\/)?(env|environment|stage|tier)$/i;

/** Who is served in a namespace is known by its labels, or by its name. */
function inProduction({ namespace, callers }: FaultIntent, world: World): string[] {
  const places = unique([namespace.name, ...callers.map(caller => caller.namespace)]);
  return places.flatMap(place => {
    const said = saysProduction(place, world);
    return said === undefined ? [] : [`a fault must not be injected where people are served, got namespace ${quoted(place)}, which is for production by ${said}; inject it in a namespace for tests`];
  });
}

function saysProduction(name: string, { tree }: World): string | undefined {
  const labels = Object.entries(tree.namespace(name)?.labels ?? {});
  const found = labels.find(([label, value]) => STAGE.test(label) && saysIt(value));
  if (found) { return `its label ${quoted(`${found[0]}: ${found[1]}`)}`; }
  return saysIt(name) ? 'its name' : undefined;
}

/** As a word of its own, and not as what it is not: `non-prod`, `pre-prod`. */
function saysIt(text: string): boolean {
  const words = text.split(/[-_.]/);
  return words.some((word, i) => PRODUCTION.test(word) && !/^(non|not|pre)$/i.test(words[i - 1] ?? ''));
}

/** The `spec` of a route as somebody writes it. */
interface RouteSpec { readonly parentRefs?: readonly ({ readonly kind?: string; readonly name?: string; readonly namespace?: string } | undefined)[] }

/** Of several routes for a host the oldest counts, or parts of each. */
function otherRoutes(host: string, { target }: FaultIntent, own: IConstruct, world: World): string[] {
  const faults = readEach(world, ({ construct, roles, read }) => {
    if (construct === own || !roles.includes(FAULT_ROUTE)) { return undefined; }
    const { target: { services } } = read(world) as FaultIntent;
    return services.length === 1 && hostOf(services[0]) === host ? construct.node.path : undefined;
  });
  const written = writtenByHand('VirtualService', world).filter(({ spec, namespace }) => spec.hosts?.some(one => isWithin(host, fullHost(one, namespace).toLowerCase())));
  const ofService = ['HTTPRoute', 'GRPCRoute'].flatMap(kind => writtenIn<RouteSpec>({ group: GATEWAY_API_GROUP, kind }, world)).filter(({ spec, namespace }) =>
    elementsOf(spec.parentRefs).some(ref => ref?.kind === 'Service' && target.services.some(service => service.name === ref.name && service.namespace === (ref.namespace ?? namespace))));
  return [
    ...faults.length === 0 ? [] : [`'${host}' must have one FaultInjection, and ${few(faults)} is for it too, of whose routes one counts; state both in one`],
    ...written.map(route => `'${host}' must have one route while a fault is injected, and ${titleOf(route)} is for it too, of which one counts; take that out for the test, or add the fault to it`),
    ...ofService.map(route => `'${host}' must have one route while a fault is injected, and ${titleOf(route)} is for it too; take that out for the test`),
  ];
}
