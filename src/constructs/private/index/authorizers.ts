import { readEach } from './statement';
import { World } from './world';
import { AuthorizerProviderData } from '../../../intent/extension-provider';
import { AuthorizerServiceFacts, ExternalAuthorizationIntent } from '../../../intent/external-authorization-intent';
import { selects, WrittenService } from '../../../intent/ports';
import { WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { writtenService } from '../reading/read-service';

/** The role of the policy that an ExternalAuthorization makes, by which it is known. */
export const CUSTOM_POLICY = 'custom-policy';

/** An ExternalAuthorization, and the construct that states it. */
export interface StatedAuthorizer { readonly path: string; readonly intent: ExternalAuthorizationIntent }

/** What the constructs of the app state; one that cannot be read tells why itself. */
export function authorizersIn(world: World): readonly StatedAuthorizer[] { return kept(KNOWN, world, () => readAuthorizers(world)); }

const KNOWN = new WeakMap<World, readonly StatedAuthorizer[]>();

function readAuthorizers(world: World): StatedAuthorizer[] {
  return readEach(world, ({ construct, roles, read }) =>
    roles.includes(CUSTOM_POLICY) ? { path: construct.node.path, intent: read(world) as ExternalAuthorizationIntent } : undefined);
}

/** The Service by which an authorizer is asked, where the app has it. */
export function authorizerOf(provider: AuthorizerProviderData, world: World): AuthorizerServiceFacts | undefined {
  const service = serviceOf(provider, world);
  return service && { name: service.name, namespace: service.namespace, port: provider.port };
}

/** Whether some pods are the authorizer that is asked. */
export function leadsTo(provider: AuthorizerProviderData, { namespace, podLabels, services }: WorkloadFacts, world: World): boolean {
  const { namespace: asked, name } = placeOf(provider);
  const selector = serviceOf(provider, world)?.selector;
  return asked === namespace && (services.some(service => service.name === name) || (selector !== undefined && selects(selector, podLabels)));
}

/** The Service of an authorizer as it is written, where the app has it. */
export function serviceOf(provider: AuthorizerProviderData, world: World): WrittenService | undefined {
  const { namespace, name } = placeOf(provider);
  return namespace === undefined ? undefined : allServicesIn(namespace, world).find(service => service.name === name);
}

/** The Services of a namespace, also those in a List: who asks an authorizer does not care how it was written. */
export function allServicesIn(namespace: string, { tree }: World): readonly WrittenService[] {
  const listed = tree.written('core/Service').filter(one => one.isListed && (one.namespace ?? 'default') === namespace);
  return [...tree.servicesIn(namespace), ...listed.map(({ manifest, object }) => writtenService(manifest, object, namespace))];
}

/** Of `opa.authz.svc.cluster.local` Service `opa` of namespace `authz`; a host of any other form is that of a ServiceEntry. */
export function placeOf({ service }: AuthorizerProviderData): { readonly name: string; readonly namespace?: string } {
  const [host] = service.split('/').slice(-1);
  const [name, namespace, ...rest] = host.split('.');
  return rest.join('.') === CLUSTER ? { name, namespace } : { name };
}

export const CLUSTER = 'svc.cluster.local';
