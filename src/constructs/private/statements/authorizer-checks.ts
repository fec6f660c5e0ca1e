import { IConstruct } from 'constructs';
import { AuthorizerProviderData } from '../../../intent/extension-provider';
import { AuthorizerServiceFacts, ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { WaypointFacts } from '../../../intent/mesh';
import { selects, WrittenService } from '../../../intent/ports';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { misspelt } from '../../../util/misspelling';
import { quoted } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedIntents } from '../index/stated-intents';
import { statementOf } from '../index/statement';
import { World } from '../index/world';

/** The role of the policy that an ExternalAuthorization makes, by which it is known. */
export const CUSTOM_POLICY = 'custom-policy';

/** The Service by which an authorizer is asked, where the app has it. */
export function authorizerOf(provider: AuthorizerProviderData, world: World): AuthorizerServiceFacts | undefined {
  const service = serviceOf(provider, world);
  return service && { name: service.name, namespace: service.namespace, port: provider.port };
}

/** Whether a waypoint asks an authorizer that some pods are. */
export function isAskedBy({ namespace, name }: WaypointFacts, pods: WorkloadFacts, world: World): boolean {
  return authorizersIn(world).some(({ intent }) => {
    const { waypoint } = intent.namespace;
    return waypoint?.namespace === namespace && waypoint.name === name && leadsTo(intent.provider, pods, world);
  });
}

/** What only the whole app shows to be wrong with an authorizer of a workload. */
export function checkAuthorizer(intent: ExternalAuthorizationIntent, own: IConstruct, world: World): Problem[] {
  const others = authorizersIn(world).filter(({ path }) => path !== own.node.path);
  return [...otherAuthorizers(intent, others, world), ...asksItself(intent, others, world), ...unknownService(intent, world)];
}

/** Of several providers at one proxy Istio takes none; and what one leaves unasked another would ask about. */
function otherAuthorizers({ target, provider }: ExternalAuthorizationIntent, others: readonly StatedAuthorizer[], world: World): Problem[] {
  const here = others.filter(({ intent }) => intent.target.namespace === target.namespace && StatedIntents.of(world).meet(intent.target, target));
  return here.map(({ path, intent }) => ({
    message: intent.provider.name === provider.name
      ? `'${target.path}' must have one ExternalAuthorization, and '${path}' is for it too, by which what one leaves unasked is asked about; state the ports and unasked operations of both in one`
      : `'${target.path}' must have one authorizer, got ${quoted(provider.name)} and, by '${path}', ${quoted(intent.provider.name)}; of two Istio asks none and refuses all that it would ask about: keep one`,
    cause: `several authorizers of ${target.path}`,
  }));
}

/** To ask an authorizer that is itself asked about would take an answer that waits for itself. */
function asksItself(intent: ExternalAuthorizationIntent, others: readonly StatedAuthorizer[], world: World): string[] {
  const { target, provider } = intent;
  const seen = new Set<string>();
  const leadsBack = (asked: AuthorizerProviderData): boolean => {
    if (seen.has(asked.service)) { return false; }
    seen.add(asked.service);
    return leadsTo(asked, target, world) || others.some(other => leadsTo(asked, other.intent.target, world) && leadsBack(other.intent.provider));
  };
  return leadsBack(provider) ? [`workload must not be the authorizer that is asked about it, got ${quoted(target.path)}, to which ${quoted(provider.service)} of provider ${quoted(provider.name)} leads: `
    + 'an answer would wait for itself; say by a ServiceAccess who may call it'] : [];
}

function leadsTo(provider: AuthorizerProviderData, { namespace, podLabels, services }: WorkloadFacts, world: World): boolean {
  const { namespace: asked, name } = placeOf(provider);
  const selector = serviceOf(provider, world)?.selector;
  return asked === namespace && (services.some(service => service.name === name) || (selector !== undefined && selects(selector, podLabels)));
}

/** What istiod does not find nobody can ask: all is refused. */
function unknownService({ provider }: ExternalAuthorizationIntent, world: World): string[] {
  const { namespace, name } = placeOf(provider);
  if (namespace === undefined) { return []; }
  const service = serviceOf(provider, world);
  const known = world.tree.servicesIn(namespace);
  if (!service) {
    const meant = misspelt(name, known.map(one => one.name));
    return meant === undefined ? [] : [`service of provider ${quoted(provider.name)} must be one that there is, got ${quoted(provider.service)}; did you mean ${quoted(provider.service.replace(name, meant))}?`];
  }
  const ports = service.ports.map(({ port }) => port);
  return ports.includes(provider.port) ? [] : [`port of provider ${quoted(provider.name)} must be one of Service '${namespace}/${name}', got ${provider.port}; it has ${ports.join(', ')}`];
}

function serviceOf(provider: AuthorizerProviderData, { tree }: World): WrittenService | undefined {
  const { namespace, name } = placeOf(provider);
  return namespace === undefined ? undefined : tree.servicesIn(namespace).find(service => service.name === name);
}

/** Of `opa.authz.svc.cluster.local` Service `opa` of namespace `authz`; a host of any other form is that of a ServiceEntry. */
function placeOf({ service }: AuthorizerProviderData): { readonly name: string; readonly namespace?: string } {
  const [host] = service.split('/').slice(-1);
  const [name, namespace, word] = host.split('.');
  return word === 'svc' ? { name, namespace } : { name };
}

interface StatedAuthorizer { readonly path: string; readonly intent: ExternalAuthorizationIntent }

/** What the constructs of the app state; one that cannot be read tells why itself. */
function authorizersIn(world: World): readonly StatedAuthorizer[] { return kept(KNOWN, world, () => readAuthorizers(world)); }

const KNOWN = new WeakMap<World, readonly StatedAuthorizer[]>();

function readAuthorizers(world: World): StatedAuthorizer[] {
  return world.tree.constructs.flatMap(construct => {
    const statement = statementOf(construct);
    if (!statement?.roles.includes(CUSTOM_POLICY)) { return []; }
    try {
      return [{ path: construct.node.path, intent: statement.read(world) as ExternalAuthorizationIntent }];
    } catch {
      return [];
    }
  });
}
