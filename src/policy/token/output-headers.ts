import { JwtRule } from '../../istio/request-authentication';
import { Headers } from '../matching/facts';
import { Claims } from '../matching/token-payload';

/** The headers without those that any of the rules may write, whichever of them then does: no client can send them. */
export function withoutOutputHeaders(rules: readonly JwtRule[], headers: Headers): Headers {
  const outputs = rules.flatMap(outputHeaders).filter(name => headers.has(name));
  if (outputs.length === 0) return headers;
  const left = new Map(headers);
  outputs.forEach(name => left.delete(name));
  return left;
}

/** The headers that a rule writes once a token is verified, in lower case. */
export function outputHeaders({ outputPayloadToHeader, outputClaimToHeaders = [] }: JwtRule): string[] {
  const names = outputClaimToHeaders.map(({ header }) => header);
  return (outputPayloadToHeader ? [outputPayloadToHeader, ...names] : names).map(name => name.toLowerCase());
}

/** Writes what a rule makes of the claims of a verified token. */
export function writeOutputHeaders(rule: JwtRule, claims: Claims, headers: Map<string, readonly string[]>): void {
  const add = (name: string, value: string) => headers.set(name.toLowerCase(), [...headers.get(name.toLowerCase()) ?? [], value]);
  if (rule.outputPayloadToHeader) add(rule.outputPayloadToHeader, Buffer.from(JSON.stringify(claims)).toString('base64url'));
  for (const { header, claim } of rule.outputClaimToHeaders ?? []) {
    const text = headerText(claim.split('.').reduce<unknown>((value, name) => (value as Claims | undefined)?.[name], claims));
    if (text) add(header, text);
  }
}

/** Text, numbers and booleans as they are; lists and objects as encoded JSON. */
function headerText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? Buffer.from(JSON.stringify(value)).toString('base64url') : String(value);
}
