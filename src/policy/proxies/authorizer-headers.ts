import { presencePattern, TextTest } from '../matching/text-pattern';
import { AuthorizerProtocol, AuthorizerProvider } from '../request/authorizer-provider';

/** What an external authorizer may do to the headers of a request that it lets pass. Names are in lower case. */
export interface HeaderChanges {
  /** Whether it may change a header without anybody's knowing. */
  readonly mayChange: TextTest;
  /** Whether it sets a header if it says so. */
  readonly sets: TextTest;
  /** Whether it takes a header out if it says so. */
  readonly removes: TextTest;
}

const isOrdinary: TextTest = name => !name.startsWith(':') && name !== 'host';
const always: TextTest = () => true;

/**
 * What a provider may do. One over gRPC may do anything; that it sends requests elsewhere, by another path or host, is not suspected, but believed.
 * One over HTTP sets what its settings pass on; it may ask for others to be taken out, of which the same holds. One that is not known is as one over gRPC.
 */
export function headerChanges(provider: AuthorizerProvider | undefined): HeaderChanges {
  if (provider?.protocol !== AuthorizerProtocol.HTTP) return { mayChange: isOrdinary, sets: always, removes: isOrdinary };
  const patterns = (provider.headersToUpstreamOnAllow ?? []).map(name => presencePattern(name.toLowerCase()));
  const sets: TextTest = name => patterns.some(pattern => pattern(name));
  return { mayChange: name => isOrdinary(name) && sets(name), sets, removes: isOrdinary };
}
