import { Justification } from './justification';
import { quoted } from '../util/text';

interface GivenKeySet {
  readonly jwksUri?: string;
  readonly insecureJwksUri?: Justification;
  readonly jwks?: string;
}

/** The keys themselves, or where they come from: nothing for OpenID discovery below the issuer. */
export function keySet(issuer: string, props: GivenKeySet): { jwksUri?: string; jwks?: string } {
  if (props.jwks !== undefined) {
    if (props.jwksUri !== undefined) { throw new Error("jwks must not be given together with 'jwksUri'; choose one"); }
    return { jwks: publicKeys(props.jwks) };
  }
  const uri = props.jwksUri ?? issuer;
  const scheme = typeof uri === 'string' ? /^(https?):\/\/[^/\s]+/.exec(uri)?.[1] : undefined;
  if (scheme === 'https' || (scheme === 'http' && props.insecureJwksUri)) {
    return props.jwksUri === undefined ? {} : { jwksUri: props.jwksUri };
  }
  const prop = props.jwksUri === undefined ? 'issuer' : 'jwksUri';
  throw new Error(`${prop} must be an https address, got ${quoted(uri)}; the keys come from there: give jwksUri or jwks, or accept http by insecureJwksUri: { reason: '…' }`);
}

function publicKeys(jwks: string): string {
  let keys: unknown;
  try {
    keys = (JSON.parse(jwks) as { keys?: unknown })?.keys;
  } catch {
    throw new Error('jwks must be JSON text such as \'{"keys":[…]}\', got what is none; give what the issuer publishes as its key set, or jwksUri');
  }
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('jwks must have at least one key in "keys", got none; a proxy refuses an empty set');
  }
  const secret = (keys as Record<string, unknown>[]).find(key => key?.d !== undefined || key?.k !== undefined || key?.kty === 'oct');
  if (secret) {
    throw new Error(`jwks must hold public keys only, got a private or symmetric one of kty ${quoted(secret.kty)}; remove it and replace it at the issuer`);
  }
  return jwks;
}
