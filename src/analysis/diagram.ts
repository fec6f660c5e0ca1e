import { isChangeable } from './axis';
import { AxisValues } from './axis-values';
import { OutOfBudget } from './budget';
import { Clause, Condition, Term } from './side';
import { kept } from '../util/kept';

/** How many nodes of the diagram of one destination are made. */
const MOST_NODES = 50_000;

/** What is answered, for all values of the axes that are left: the same whatever they are, or hanging on one of them. */
export type Node = Leaf | Fork;

export interface Leaf {
  readonly id: number;
  readonly answer: string;
}

export interface Fork {
  readonly id: number;
  /** Index of the axis. */
  readonly axis: number;
  /** For each value of the axis, by index. */
  readonly children: readonly Node[];
}

export function isLeaf(node: Node): node is Leaf { return 'answer' in node; }

/** The nodes of one question, each of which is there once: two that answer alike are one, so that it costs nothing to tell. */
export class Nodes {
  private readonly known = new Map<string, Node>();

  /** @param most how many are made */
  constructor(private readonly most = MOST_NODES) {}

  leaf(answer: string): Node {
    return kept(this.known, answer, () => ({ id: this.known.size, answer }));
  }

  fork(axis: number, children: readonly Node[]): Node {
    if (children.every(child => child === children[0])) return children[0];
    return kept(this.known, `${axis}:${children.map(({ id }) => id).join()}`, () => {
      if (this.known.size > this.most) throw new OutOfBudget(`its rules come to more than ${this.most.toLocaleString('en')} different answers`);
      return { id: this.known.size, axis, children };
    });
  }
}

/** What is asked of requests that one client sends, and how they are answered in the end. */
export interface Question {
  readonly clauses: readonly Clause[];
  /** All axes, in the order in which values are chosen. */
  readonly axes: readonly AxisValues[];
  /** In which of the settings values were looked at; clients of one setting of whom the same is asked are answered alike. */
  readonly setting: number;
  /** The answer for one value of each axis, given by index. */
  readonly answer: (chosen: readonly number[]) => string;
}

/** What is left of a clause: whether a term holds already, and those that still may. */
interface Rest {
  readonly clause: Clause;
  readonly isMet: boolean;
  readonly terms: readonly RestTerm[];
}

interface RestTerm {
  readonly term: Term;
  readonly unknown: readonly string[];
  /** Answers that an authorizer may still overturn. */
  readonly soft: string;
}

/** Ways on which the request is refused already, and those on which it would be if no authorizer were asked. */
interface Ended {
  readonly refused: ReadonlySet<number>;
  readonly noted: readonly string[];
}

/**
 * The answers to a question as a diagram. Values are chosen one axis after the other; what the rules then still ask decides what comes below, so that values which
 * leave the same lead to one node, and what is below is found once. Where nothing is left to ask, one request stands for all.
 */
export function diagramOf(question: Question, nodes: Nodes, known: Map<string, Node>): Node {
  const { clauses } = question;
  const all = clauses.map(clause => {
    const terms = clause.terms.map(term => ({ term, unknown: term.unknown, soft: '' }));
    return { clause, terms, isMet: terms.some(holds) };
  });
  return new Builder(question, nodes, known).below(0, all, { refused: new Set(), noted: [] }, []);
}

class Builder {
  constructor(private readonly question: Question, private readonly nodes: Nodes, private readonly known: Map<string, Node>) {}

  below(axis: number, all: readonly Rest[], before: Ended, chosen: readonly number[]): Node {
    const closed = new Set([...before.refused, ...all.filter(rest => isRefusal(rest)).map(({ clause }) => clause.way)]);
    const rests = all.filter(({ clause }) => !closed.has(clause.way));
    const ended = { ...before, refused: closed };
    const { axes, setting } = this.question;
    let next = axis;
    while (next < axes.length && !isAsked(axes[next], setting, rests)) next++;
    return kept(this.known, `${setting} ${next} ${keyOf(rests, ended)}`, () => {
      if (next === axes.length) return this.nodes.leaf(this.question.answer(chosen));
      return this.nodes.fork(next, this.children(next, rests, ended, [...chosen, ...new Array<number>(next - axis).fill(0)]));
    });
  }

  private children(axis: number, rests: readonly Rest[], before: Ended, chosen: readonly number[]): Node[] {
    const { axes, setting } = this.question;
    const { axis: name, seen } = axes[axis];
    // what an authorizer may change is no reason to stop before it is asked
    const asked = new Set(rests.filter(isAuthorizer).map(({ clause }) => clause.way));
    return seen.map((settings, value) => {
      const { truths, refusals } = settings[setting];
      const left = rests.map(rest => narrowed(rest, name, condition => truths.get(condition.id), isChangeable(name) && asked.has(rest.clause.way)));
      const ended = refusals.filter(way => !asked.has(way));
      const open = refusals.filter(way => asked.has(way)).map(way => `${name} refused on ${way}`);
      return this.below(axis + 1, left, { refused: new Set([...before.refused, ...ended]), noted: [...before.noted, ...open] }, [...chosen, value]);
    });
  }
}

/** An axis matters if an open condition is about it, or if a token with some of its values is refused. */
function isAsked({ axis, seen }: AxisValues, setting: number, rests: readonly Rest[]): boolean {
  const isRefusing = () => seen.some(settings => settings[setting].refusals.length > 0);
  const isOpen = ({ term }: RestTerm) => term.conditions.some(condition => condition.axis === axis);
  return rests.length > 0 && isRefusing() || rests.some(({ isMet, terms }) => !isMet && terms.some(isOpen));
}

/** Rules by which an authorizer is asked, or may be. */
function isAuthorizer({ clause: { stage }, terms, isMet }: Rest): boolean {
  return stage === 'custom' && (isMet || terms.length > 0);
}

/** What is left of a clause once a value of an axis is chosen. */
function narrowed(rest: Rest, axis: string, truthOf: (condition: Condition) => boolean | undefined, isSoft: boolean): Rest {
  if (rest.isMet) return rest;
  const terms: RestTerm[] = [];
  for (const one of rest.terms) {
    const left = narrowedTerm(one, axis, truthOf, isSoft);
    if (left) terms.push(left);
  }
  return { ...rest, terms, isMet: terms.some(holds) };
}

function narrowedTerm(rest: RestTerm, axis: string, truthOf: (condition: Condition) => boolean | undefined, isSoft: boolean): RestTerm | undefined {
  const asked = rest.term.conditions.filter(condition => condition.axis === axis);
  if (asked.length === 0) return rest;
  const truths = asked.map(truthOf);
  const conditions = rest.term.conditions.filter(condition => condition.axis !== axis);
  const term = { ...rest.term, conditions };
  if (isSoft) return { ...rest, term, soft: `${rest.soft}${axis}=${truths.join()};` };
  if (truths.includes(false)) return undefined;
  return { ...rest, term, unknown: [...rest.unknown, ...asked.filter((_, i) => truths[i] === undefined).map(({ key }) => key)] };
}

function holds({ term, unknown, soft }: RestTerm): boolean {
  return term.conditions.length === 0 && unknown.length === 0 && soft === '';
}

/** A rule that denies, or none that allows, whatever else is asked. */
function isRefusal({ clause: { stage }, isMet, terms }: Rest): boolean {
  return stage === 'deny' ? isMet : stage === 'allow' && !isMet && terms.length === 0;
}

function textOf({ term, unknown, soft }: RestTerm): string {
  return `${term.conditions.map(({ id }) => id).join()}${unknown.map(key => `?${key}`).join('')}${soft}`;
}

function keyOf(rests: readonly Rest[], { refused, noted }: Ended): string {
  const clauses = rests.map(({ clause: { stage, way }, isMet, terms }) => {
    const left = isMet ? '+' : [...new Set(terms.map(textOf))].sort().join('|');
    return `${stage}${way}:${left}`;
  });
  return `${[...refused].sort().join()} ${noted.join()} ${clauses.join(' ')}`;
}
