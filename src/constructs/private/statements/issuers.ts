import { JwtIssuer, JwtIssuerData } from '../../../intent/jwt-issuer';
import { instancesOf } from '../../../util/given';
import { quoted } from '../../../util/text';

/** Issuers, each of which must be stated once: tokens are told apart by whose they are. */
export function distinctIssuers(given: readonly JwtIssuer[]): JwtIssuerData[] {
  const issuers = instancesOf('issuers', given, JwtIssuer, 'name who issues the tokens by JwtIssuer.of').map(issuer => issuer._data);
  const twice = issuers.find((issuer, i) => issuers.findIndex(other => other.issuer === issuer.issuer) !== i);
  if (twice) { throw new Error(`issuers must differ, got ${quoted(twice.issuer)} twice; state its audiences and locations in one JwtIssuer`); }
  return issuers;
}
