import { kept } from '../../util/kept';

/** The identities that a mesh gives service accounts, each written once: proxies look them up, which is slow for a text that was just put together. */
export class Identities {
  private readonly known = new Map<string, string>();

  constructor(private readonly trustDomain: string) {}

  /** The identity of a service account, `NAMESPACE/NAME`. */
  of(serviceAccount: string): string {
    return kept(this.known, serviceAccount, () => this.identity(serviceAccount));
  }

  private identity(serviceAccount: string): string {
    const slash = serviceAccount.indexOf('/');
    const [namespace, name] = [serviceAccount.slice(0, slash), serviceAccount.slice(slash + 1)];
    if (slash <= 0 || name === '' || name.includes('/')) throw new Error(`source.serviceAccount must be NAMESPACE/NAME, got '${serviceAccount}'`);
    return `spiffe://${this.trustDomain}/ns/${namespace}/sa/${name}`;
  }
}
