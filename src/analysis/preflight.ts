import { AxisName } from './axis';
import { AxisValues } from './axis-values';
import { Node, Nodes } from './diagram';
import { Domain } from './domain';
import { childOf } from './region';
import { language, Language, textLanguage } from '../policy/matching/language';
import { kept } from '../util/kept';

/** The parts of a request by which it is a CORS preflight, of which tokens are not asked for: all must be as one has them. */
const PARTS: readonly AxisName[] = ['method', 'header access-control-request-method', 'header origin'];

/** Whether rules ask for what makes a preflight: who sends one is then answered as without a token. Without a header that no rule asks for, a request is none. */
export function asksPreflights(axes: Iterable<AxisName>): boolean {
  const asked = new Set(axes);
  return PARTS.slice(1).every(part => asked.has(part));
}

/** Whether a part is as a preflight has it; undefined of other parts. */
export function isOfPreflight(axis: AxisName, [text = '']: readonly string[]): boolean | undefined {
  if (!PARTS.includes(axis)) return undefined;
  return axis === 'method' ? text === 'OPTIONS' : text !== '';
}

/** The texts that a part of a preflight may have. */
export function preflightLanguages(axis: AxisName): ReadonlyMap<string, Language> {
  if (!PARTS.includes(axis)) return new Map();
  return axis === 'method' ? new Map([['OPTIONS', language(['OPTIONS'])]]) : new Map([['*', textLanguage('*')]]);
}

/** The texts of headers that make preflights: none is empty, as such a one makes none, and nobody sends it. */
export function preflightDomain(axis: AxisName, domain: Domain): Domain {
  return PARTS.slice(1).includes(axis) ? { ...domain, isWhole: state => state !== domain.start && domain.isWhole(state) } : domain;
}

/** The answers to requests with a token: those that are preflights are answered as without one. */
export function exceptPreflights(whole: Node, bare: Node, axes: readonly AxisValues[], nodes: Nodes): Node {
  const known = new Map<string, Node>();
  const parts = axes.flatMap(({ axis }, index) => PARTS.includes(axis) ? [index] : []);
  const below = (node: Node, other: Node, left: readonly number[]): Node => {
    if (node === other) return node;
    const [part, ...rest] = left;
    if (part === undefined) return other;
    return kept(known, `${node.id} ${other.id} ${part}`, () => {
      const axis = Math.min(part, axisOf(node), axisOf(other));
      return nodes.fork(axis, axes[axis].values.map((texts, value) => {
        const [child, others] = [node, other].map(one => childOf(one, axis, value));
        if (axis !== part) return below(child, others, left);
        return isOfPreflight(axes[axis].axis, texts) ? below(child, others, rest) : child;
      }));
    });
  };
  return below(whole, bare, parts);
}

function axisOf(node: Node): number { return 'axis' in node ? node.axis : Infinity; }
