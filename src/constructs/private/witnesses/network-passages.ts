import { ROUTES } from './misrouted';
import { PolicySet } from '../../../policy/policy-set';
import { AccessRequest } from '../../../policy/request/request';
import { kept } from '../../../util/kept';
import { Witness } from '../../../validation/witness';

/**
 * What is known to pass the network: who sends what where is asked once, whatever intents promise it. A network that lets one request of a client to a port pass lets all pass, as it sees neither methods and paths
 * nor tokens; and all go the same way, where nothing leads them by these.
 */
export class NetworkPassages {
  private readonly known = new Map<PolicySet, Passages>();

  /** Whether each of some promises passes the network beside the policies of the app: not for certain if false. */
  public letPass(promised: readonly Witness[], policies: PolicySet): boolean {
    const { keyOf, passed } = this.of(policies);
    return promised.every(({ request }) => {
      const key = keyOf(request);
      if (passed.has(key)) { return true; }
      const passes = policies._passesNetwork(request);
      if (passes) { passed.add(key); }
      return passes;
    });
  }

  private of(policies: PolicySet): Passages {
    return kept(this.known, policies, () => ({ keyOf: isTold(policies) ? wholeKey : networkKey, passed: new Set<string>() }));
  }
}

/** What is known of one set of policies. */
interface Passages {
  readonly keyOf: (request: AccessRequest) => string;
  readonly passed: Set<string>;
}

/** Whether a way may hang on all of a request: routes go by anything, and so may what is in doubt. */
function isTold(policies: PolicySet): boolean {
  const { inventory } = policies._world;
  return inventory.doubts.length > 0 || ROUTES.some(kind => inventory.all(kind).length > 0);
}

/** All of a request, where any of it may matter. */
function wholeKey(request: AccessRequest): string { return JSON.stringify(request); }

/** What of a request decides its way, and what the network sees of it. */
function networkKey({ destination, source, http }: AccessRequest): string {
  const { authority, headers } = http ?? {};
  return JSON.stringify([destination, source, http !== undefined, authority, headers]);
}
