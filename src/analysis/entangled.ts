import { AxisName, isClaim } from './axis';
import { OutOfBudget } from './budget';
import { asksPreflights } from './preflight';
import { JwtRule } from '../istio/request-authentication';
import { outputHeaders } from '../policy/token/output-headers';
import { tokenHeaders } from '../policy/token/token-location';
import { quoted } from '../util/text';

/** Parts of a request that hang on one another are not looked into. */
export function refuseEntangled(axes: readonly AxisName[], rules: readonly JwtRule[], asksAuthorizers: boolean): void {
  const written = rules.flatMap(outputHeaders).map(name => `header ${name}`);
  const output = axes.find(axis => written.includes(axis));
  if (output !== undefined) throw new OutOfBudget(`rules ask for ${quoted(output)}, which is written from claims of tokens`);
  if (axes.includes('header x-forwarded-for') && axes.includes('client address')) {
    throw new OutOfBudget('rules ask for x-forwarded-for as a header and as an address');
  }
  if (rules.length > 0 && asksPreflights(axes)) refuseEntangledPreflights(axes, rules, asksAuthorizers);
  const within = axes.filter(isClaim).find((axis, _, all) => all.some(other => other !== axis && other.startsWith(axis.slice(0, -1) + '][')));
  if (within !== undefined) throw new OutOfBudget(`rules ask for ${within}, and for what is within it`);
}

/** An authorizer may make a preflight of what was none, or the other way round; and where tokens are not looked at, they stay where they are. */
function refuseEntangledPreflights(axes: readonly AxisName[], rules: readonly JwtRule[], asksAuthorizers: boolean): void {
  const place = [...tokenHeaders(rules)].find(name => axes.includes(`header ${name}`));
  if (asksAuthorizers) throw new OutOfBudget('rules ask for what makes a CORS preflight, which is not asked for tokens, and which an authorizer may change');
  if (place !== undefined) throw new OutOfBudget(`rules ask for what makes a CORS preflight, which is not asked for tokens, and for header ${place}, where tokens stand`);
}
