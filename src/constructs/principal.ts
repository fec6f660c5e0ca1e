import { IConstruct } from 'constructs';
import { constructOf } from './private/reading/given-construct';
import { Workload } from './workload';
import { Caller, callerName, ServiceAccountCaller } from '../intent/caller';
import { Justification, justified, reasonOf } from '../intent/justification';
import { trustDomainName } from '../intent/trust-domain';
import { noFurther } from '../util/arguments';
import { instanceOf, namespaceName, objectName, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Options of a service account that calls. */
export interface ServiceAccountOptions {
  /**
   * Why the account may call. The account `default` must have one, since every pod shares it that names none.
   *
   * @default - none; the account `default` is refused
   */
  readonly reason?: string;

  /**
   * Whether it is the account of a gateway that the app does not show. Gateways reach Services in ambient mode through their waypoint, sidecars
   * do not; renders the same.
   *
   * @default false
   */
  readonly gateway?: boolean;

  /**
   * Trust domain of the other mesh whose account it is, such as that of a second cluster; rendered as the first part of the identity. Nobody of this mesh is meant
   * by it, nor by an account of the same name without it.
   *
   * The mesh must accept that trust domain, by `caCertificates` of the ZeroTrustMesh: no policy does. Refused when the app is synthesized where it is the
   * trust domain of the mesh itself, one of its aliases, or `cluster.local`, which Istio takes for the mesh's own.
   *
   * @default - an account of this mesh
   * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-CertificateData
   */
  readonly trustDomain?: string;
}

const OPTIONS: InputStruct<ServiceAccountOptions> = { name: 'ServiceAccountOptions', members: { reason: 'value', gateway: 'flag', trustDomain: 'value' } };

const PLAIN = 'give the plain name, wildcards have their own Principal';

const CALLER = "pass the construct of the workload that calls, and check the lookup that it comes from; for one that is not in the app write Principal.serviceAccount('shop', 'web')";

/**
 * Who calls.
 *
 * Rendered as `principals` of an AuthorizationPolicy, with the trust domain of the mesh, or of the other mesh that is named: the identity that mutual TLS proves, never a namespace
 * label, an address or a header.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
 */
export class Principal {
  /**
   * Pods that run as a service account, in this app or not, of this mesh or of another one.
   *
   * @param namespace the namespace of the service account
   * @param name the service account
   * @param options why, for the account `default`; not needed for any other. Of which mesh, if it is another one
   */
  public static serviceAccount(namespace: string, name: string, options: ServiceAccountOptions = {}): Principal {
    noFurther('Principal.serviceAccount', arguments, 3, 'name each caller by itself');
    const { reason, gateway = false, trustDomain } = taken('Principal.serviceAccount', OPTIONS, options);
    const [prop, whole] = typeof namespace === 'string' && namespace.includes('/') ? ['namespace', namespace] : ['name', name];
    if (typeof whole === 'string' && whole.includes('/')) {
      throw new Error(`${prop} must be a plain name, not a whole identity, got ${quoted(whole)}; give each by itself, as in Principal.serviceAccount('shop', 'web'), the rest of the identity is added`);
    }
    if (trustDomain !== undefined && gateway) {
      throw new Error("gateway must be left out with trustDomain, got 'true'; gateways between meshes pass on the identity of the caller, so name the account of that");
    }
    const account = { kind: 'serviceAccount' as const, namespace: namespaceName('namespace', namespace, PLAIN), name: objectName('name', name) };
    const reasons = reasonsFor(account, reason);
    const foreign = trustDomain === undefined ? {} : { trustDomain: trustDomainName('trustDomain', trustDomain) };
    const isVouchedFor = gateway || reasons.length > 0;
    const caller = { ...account, ...foreign, ...(gateway ? { isGateway: true } : {}), ...(isVouchedFor ? { isVouchedFor } : {}) };
    return new Principal(() => caller, reasons);
  }

  /**
   * The service account that a workload of the app runs as. Where others of the app run as it too, they must be named as well, or the account by itself.
   *
   * @param workload the workload, as `Workload.of` takes it
   */
  public static workload(workload: IConstruct): Principal {
    noFurther('Principal.workload', arguments, 1, 'name each caller by itself');
    if (workload as unknown instanceof Workload) { throw new Error('workload must be a construct, got a Workload; write Principal.of(…) for one'); }
    return Principal.of(Workload.of(constructOf('workload', workload, CALLER)));
  }

  /**
   * The service account that a workload runs as. Where others of the app run as it too, they must be named as well, or the account by itself,
   * unless `allowSharedServiceAccount` says why.
   *
   * @param workload the workload, as for one inside an `Include`: `Principal.of(Workload.named(include, 'web'))`
   */
  public static of(workload: Workload): Principal {
    noFurther('Principal.of', arguments, 1, 'name each caller by itself');
    instanceOf('workload', workload, Workload, 'write Principal.workload(…) for a construct');
    return new Principal(() => {
      const { namespace, serviceAccount } = workload._facts();
      // a star in either would admit more than this workload
      const caller: Caller = { kind: 'serviceAccount', namespace: namespaceName('namespace', namespace, PLAIN), name: objectName('serviceAccountName', serviceAccount) };
      return workload._apiObject() ? caller : { ...caller, isVouchedFor: true };
    }, workload._reasons(), workload);
  }

  /**
   * Every service account of a namespace, also those that are added later.
   *
   * @param name the namespace
   * @param justification why no service account can be named
   */
  public static namespace(name: string, justification: Justification): Principal {
    noFurther('Principal.namespace', arguments, 2, 'name each caller by itself');
    const caller = { kind: 'namespace' as const, namespace: namespaceName('name', name, PLAIN) };
    const reasons = [justified(`Principal.namespace('${name}')`, justification)];
    return new Principal(() => caller, reasons);
  }

  /**
   * Every peer with an identity of the mesh, or of another one that it accepts.
   *
   * @param justification why no caller can be named
   */
  public static anyAuthenticated(justification: Justification): Principal {
    noFurther('Principal.anyAuthenticated', arguments, 1, 'give one reason');
    const reasons = [justified('Principal.anyAuthenticated', justification)];
    return new Principal(() => ({ kind: 'anyAuthenticated' }), reasons);
  }

  /**
   * Anyone who can connect. Where STRICT mutual TLS or a waypoint is in force, that is still every peer with an identity.
   *
   * @param justification why nobody can be named
   */
  public static anyone(justification: Justification): Principal {
    noFurther('Principal.anyone', arguments, 1, 'give one reason');
    const reasons = [justified('Principal.anyone', justification)];
    return new Principal(() => ({ kind: 'anyone' }), reasons);
  }

  /** @internal The pods of a gateway; where the app does not have them, said to be one. */
  public static _gateway(workload: Workload): Principal {
    const { _caller: caller } = Principal.of(workload);
    return workload._apiObject() ? Principal.of(workload)
      : new Principal(() => ({ ...caller() as ServiceAccountCaller, isGateway: true }), workload._reasons(), workload);
  }

  /**
   * Who it is, once the app is complete.
   *
   * @internal
   */
  public readonly _caller: () => Caller;

  /**
   * The workload that is named, where one is, and not the account by itself.
   *
   * @internal
   */
  public readonly _workload?: Workload;

  private constructor(caller: () => Caller, private readonly reasons: readonly string[], workload?: Workload) {
    this._caller = caller;
    this._workload = workload;
  }

  /**
   * Why it is wider than one dedicated service account.
   *
   * @internal
   */
  public _reasons(): readonly string[] { return this.reasons; }

  /**
   * Who it is, as text for tables and messages: `shop/web` for a service account, with its whole identity for one of another mesh,
   * `shop/*` for those of a namespace.
   *
   * Call it when the app is complete: a workload may get its service account late.
   */
  public describePrincipal(): string { return callerName(this._caller()); }
}

/** Whoever says why is heard, also where it is not asked for. */
function reasonsFor({ namespace, name }: { readonly namespace: string; readonly name: string }, reason: string | undefined): string[] {
  if (name === 'default') { return [reasonOf(`Principal.serviceAccount('${namespace}', 'default')`, reason)]; }
  return reason === undefined ? [] : [text('reason', reason, 'say why, or leave it out')];
}
