import { SeenAccount, SeenCaller, SeenWorkload } from './observed-call';
import { trustDomainName } from '../intent/trust-domain';
import { namespaceName, objectName } from '../util/given';
import { quoted } from '../util/text';

const IDENTITY = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Who has an identity, as certificates hold it; what is no name of Kubernetes is no service account. */
export function callerOf(identity: string): SeenCaller {
  const [, trustDomain, namespace, name] = IDENTITY.exec(identity) ?? [];
  const isAccount = trustDomain !== undefined && NAMESPACE.test(namespace) && NAME.test(name) && name.length <= 253;
  return isAccount ? { kind: 'account', trustDomain, namespace, name } : { kind: 'others', text: identity };
}

/** A service account as it is given: `shop/web`, or the identity of one of another mesh. */
export function accountGiven(prop: string, text: string): SeenAccount {
  const [, trustDomain, ...own] = typeof text === 'string' ? IDENTITY.exec(text) ?? [] : [];
  const parts = trustDomain === undefined && typeof text === 'string' ? text.split('/') : own;
  if (parts.length !== 2) {
    throw new Error(`${prop} must be NAMESPACE/NAME of a service account, got ${quoted(text)}; as in 'shop/web', or for one of another mesh 'spiffe://west.example.com/ns/shop/sa/web'`);
  }
  const account = { kind: 'account' as const, namespace: namespaceName(prop, parts[0]), name: objectName(prop, parts[1]) };
  return trustDomain === undefined ? account : { ...account, trustDomain: trustDomainName(prop, trustDomain) };
}

/** A workload as it is given: `shop/api`. */
export function workloadGiven(prop: string, text: string): SeenWorkload {
  const parts = typeof text === 'string' ? text.split('/') : [];
  if (parts.length !== 2) { throw new Error(`${prop} must be NAMESPACE/NAME of a workload, got ${quoted(text)}; as in 'shop/api'`); }
  return { namespace: namespaceName(prop, parts[0]), name: objectName(prop, parts[1]) };
}

/** A workload as a source names it; undefined where that is no name. */
export function workloadSeen(namespace: string | undefined, name: string | undefined): SeenWorkload | undefined {
  if (namespace === undefined || name === undefined || namespace === 'unknown' || name === 'unknown') { return undefined; }
  return NAMESPACE.test(namespace) && NAME.test(name) ? { namespace, name } : undefined;
}

/** Letters and digits of the names that Kubernetes makes up: ten of a Deployment, less are seldom; `k8s` and `v2` are of them as well. */
const MADE_UP = '[bcdfghjklmnpqrstvwxz2456789]';
const POD_NAMES = [new RegExp(`^(.+)-${MADE_UP}{6,10}-${MADE_UP}{5}$`), /^(.+)-\d+$/, new RegExp(`^(.+)-${MADE_UP}{5}$`)];

/** The workload of a pod, by the name that a Deployment, StatefulSet, DaemonSet or Job gives it. */
export function workloadOfPod(pod: string): string {
  return POD_NAMES.map(form => form.exec(pod)?.[1]).find(name => name !== undefined) ?? pod;
}

/** An account of the mesh needs no trust domain. */
export function ofMesh({ trustDomain, ...own }: SeenAccount, mesh: string): SeenAccount {
  return trustDomain === undefined || trustDomain === mesh ? own : { ...own, trustDomain };
}

/** A caller as text: `shop/web`, or the whole identity of one that is not of this mesh. */
export function callerText(caller: SeenCaller): string {
  switch (caller.kind) {
    case 'account': return caller.trustDomain === undefined ? `${caller.namespace}/${caller.name}` : `spiffe://${caller.trustDomain}/ns/${caller.namespace}/sa/${caller.name}`;
    case 'others': return caller.text;
    case 'plaintext': return 'somebody in plaintext';
    case 'unknown': return 'somebody';
  }
}
