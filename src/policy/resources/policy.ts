import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../../istio/authorization-policy';
import { CONSTRUCT_ANNOTATION, Location, ObjectMeta } from '../../istio/manifest';
import { PeerAuthenticationSpec } from '../../istio/peer-authentication';
import { RequestAuthenticationSpec } from '../../istio/request-authentication';
import { parseBool } from '../../util/go/bool';

/** What is read of `status`. */
export interface Status {
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip?: string }[];
  readonly addresses?: readonly { readonly type?: string; readonly value?: string }[];
}

/** A resource with its names and its age filled in. */
export interface Resource<Spec> {
  readonly namespace: string;
  readonly name: string;
  readonly meta: ObjectMeta;
  readonly location: Location;
  readonly spec: Spec;
  /** What the cluster says of it: the addresses of a pod, of a Gateway, or those that a ServiceEntry was given. */
  readonly status?: Status;
}

export type AuthorizationResource = Resource<AuthorizationPolicySpec>;
export type PeerAuthenticationResource = Resource<PeerAuthenticationSpec>;
export type RequestAuthenticationResource = Resource<RequestAuthenticationSpec>;

/** The action, ALLOW where none is written. */
export function actionOf(policy: AuthorizationResource): AuthorizationPolicyAction {
  return policy.spec.action ?? AuthorizationPolicyAction.ALLOW;
}

const DRY_RUN = 'istio.io/dry-run';

/** Whether the policy is only tried out. Any text that Go does not read as true enforces it. */
export function isDryRun(policy: AuthorizationResource): boolean {
  return parseBool(policy.meta.annotations?.[DRY_RUN]) === true;
}

/** Oldest first, then by name, then by namespace; an unknown age counts as the oldest. */
export function byAge(a: Resource<unknown>, b: Resource<unknown>): number {
  return compare(a.meta.creationTimestamp ?? '', b.meta.creationTimestamp ?? '') || compare(a.name, b.name) || compare(a.namespace, b.namespace);
}

/** Whether it is known of all how old they are: it is set only when an object is created. */
export function haveAges(objects: readonly Aged[]): boolean {
  return objects.every(({ meta }) => meta.creationTimestamp !== undefined);
}

/** As conditions tell that an object is taken for its age, after its name. */
export const IS_OLDEST = ' is the oldest for ';

/** As conditions tell that one of several routes is taken, after its name: of a VirtualService and a route of Kubernetes nobody says which. */
export const COUNTS = ' counts';

/** The first of some that stand by age; all of them where manifests do not tell which is the oldest. */
export function oldestOf<R extends Aged>(objects: readonly R[]): readonly R[] {
  return haveAges(objects) ? objects.slice(0, 1) : objects;
}

type Aged = Pick<Resource<unknown>, 'meta'>;

export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** `NAMESPACE/NAME`; the name alone of what is of no namespace. */
export function fullName({ namespace, name }: { namespace: string; name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The path of the construct that made an object, where one did. */
export function constructOf({ meta }: Resource<unknown>): string | undefined {
  return meta.annotations?.[CONSTRUCT_ANNOTATION];
}
