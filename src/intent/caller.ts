/** Pods that run as a service account. */
export interface ServiceAccountCaller {
  readonly kind: 'serviceAccount';
  readonly namespace: string;
  readonly name: string;
  /** The trust domain of the other mesh that it is of. */
  readonly trustDomain?: string;
  /** Whether somebody says whose it is, where the app does not have it. */
  readonly isVouchedFor?: boolean;
  /** Whether somebody says that it is a gateway's, where the app does not have it. */
  readonly isGateway?: boolean;
}

/** Who calls, as read when the app is complete. */
export type Caller =
  | ServiceAccountCaller
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'anyAuthenticated' }
  | { readonly kind: 'anyone' };

/** Whether it is said who calls, rather than let anybody call. */
export function isNamed({ kind }: Caller): boolean { return kind !== 'anyone' && kind !== 'anyAuthenticated'; }

/** A caller as messages show it: `shop/web`, and of another mesh `west.example.com/ns/shop/sa/web`. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'serviceAccount': return caller.trustDomain === undefined ? `${caller.namespace}/${caller.name}` : `${caller.trustDomain}/ns/${caller.namespace}/sa/${caller.name}`;
    case 'namespace': return `${caller.namespace}/*`;
    case 'anyAuthenticated': return 'any authenticated peer';
    case 'anyone': return 'anyone';
  }
}

/** Whether a caller is of another mesh, of which the app knows no workloads and no namespaces. */
export function isOfAnotherMesh(caller: Caller): boolean { return caller.kind === 'serviceAccount' && caller.trustDomain !== undefined; }
