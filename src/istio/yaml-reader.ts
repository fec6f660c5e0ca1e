import { Alias, Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, Node, Pair, Scalar, visit, YAMLMap } from 'yaml';
import { at, Problem, Report } from './problem';
import { isObject } from './schema/schema';
import { numberAsKey, resolvePlain, resolveTagged } from './yaml-scalars';

/** Values that aliases may add to a document, and levels it may be deep. */
const MAX_ALIASED = 100_000;
const MAX_DEPTH = 500;

/** The text that a document stands in, and the line of every object in it. */
export interface Source {
  readonly text: string;
  readonly lines: LineCounter;
  readonly lineOfObject: Map<unknown, number | undefined>;
}

/** The line in which a node begins, from 1. */
export function lineOf(node: { readonly range?: readonly [number, ...number[]] | null } | undefined, lines: LineCounter): number | undefined {
  const start = node?.range?.[0];
  return start === undefined ? undefined : lines.linePos(start).line;
}

/** Thrown where a document has no value. */
class Unreadable extends Error {}

/** Makes a value of a document, as JSON knows it; throws where there is none. */
export class Reader {
  private aliased = 0;

  private following = 0;

  private readonly open = new Set<Node>();

  /** Found when first needed, all at once. */
  private targets?: ReadonlyMap<Alias, Node>;

  constructor(private readonly document: Document, private readonly source: Source, private readonly problems: Problem[]) {}

  read(): unknown {
    return this.value(this.document.contents, '', 0);
  }

  private readonly duplicate: Report = (field, message) => this.problems.push({ layer: 'unknown-field', field, message });

  private value(node: Node | null | undefined, field: string, depth: number): unknown {
    if (this.following > 0 && ++this.aliased > MAX_ALIASED) {
      throw new Unreadable(`it has more than ${MAX_ALIASED} values more once its aliases are followed`);
    }
    if (depth > MAX_DEPTH) {
      throw new Unreadable(`it is nested deeper than ${MAX_DEPTH} levels`);
    }
    if (isAlias(node)) {
      return this.alias(node, field, depth);
    }
    if (isMap(node)) {
      return this.map(node, field, depth);
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => this.value((isPair(item) ? pairAsMap(item) : item) as Node | null, at(field, index), depth + 1));
    }
    const value = isScalar(node) ? scalar(node) : null;
    return typeof value === 'number' || typeof value === 'bigint' ? number(value) : value;
  }

  private alias(alias: Alias, field: string, depth: number): unknown {
    const target = this.target(alias);
    if (target === undefined || this.open.has(target)) {
      throw new Unreadable(`its alias '*${alias.source}' ${target === undefined ? 'has no anchor' : 'contains itself'}`);
    }
    this.open.add(target);
    this.following++;
    const value = this.value(target, field, depth);
    this.following--;
    this.open.delete(target);
    return value;
  }

  private target(alias: Alias): Node | undefined {
    this.targets ??= aliasTargets(this.document);
    return this.targets.get(alias);
  }

  /** Later keys win, merged ones too, as in the library that Kubernetes uses. */
  private map(node: YAMLMap, field: string, depth: number): Record<string, unknown> {
    this.open.add(node);
    const object: Record<string, unknown> = {};
    this.source.lineOfObject.set(object, lineOf(node, this.source.lines));
    for (const pair of node.items as Array<Pair<Node | null, Node | null>>) {
      if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.source === '<<') {
        this.merge(pair.value, object, field, depth);
      } else {
        const key = this.key(pair.key);
        this.set(object, key, this.value(pair.value, at(field, key), depth + 1), field);
      }
    }
    this.open.delete(node);
    return object;
  }

  private merge(node: Node | null, object: Record<string, unknown>, field: string, depth: number): void {
    const merged = this.value(node, field, depth + 1);
    // of several, the first wins
    for (const source of Array.isArray(merged) ? [...merged].reverse() as unknown[] : [merged]) {
      if (!isObject(source)) {
        throw new Unreadable('its merge key \'<<\' has a value that is no map');
      }
      Object.entries(source).forEach(([key, value]) => this.set(object, key, value, field));
    }
  }

  private set(object: Record<string, unknown>, key: string, value: unknown, field: string): void {
    if (key === '__proto__') {
      throw new Unreadable('it has a key \'__proto__\'');
    }
    if (Object.prototype.hasOwnProperty.call(object, key)) {
      this.duplicate(at(field, key), `must be given once, got '${key}' twice; keep one`);
    }
    object[key] = value;
  }

  private key(node: Node | null): string {
    const key = isAlias(node) ? this.target(node) : node;
    const value = isScalar(key) ? scalar(key) : null;
    const text = typeof value === 'number' || typeof value === 'bigint' ? numberAsKey(value) : value;
    if (typeof text !== 'string' && typeof text !== 'boolean') {
      throw new Unreadable('it has a key that is no text');
    }
    return String(text);
  }
}

/** What each alias stands for: the last node before it with its anchor. */
function aliasTargets(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) {
        targets.set(alias, target);
      }
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function scalar(node: Scalar): unknown {
  const text = typeof node.value === 'string' ? node.value : node.source ?? '';
  if (node.tag !== undefined && node.tag !== '!' && node.tag !== 'tag:yaml.org,2002:str') {
    return resolveTagged(node.tag, text);
  }
  return node.type === 'PLAIN' && node.tag === undefined ? resolvePlain(text) : text;
}

function number(value: number | bigint): number {
  if (!Number.isFinite(Number(value))) {
    throw new Unreadable(`it has the number ${String(value)}, which JSON does not know`);
  }
  return Number(value);
}

function pairAsMap(pair: Pair): YAMLMap {
  const map = new YAMLMap();
  map.items.push(pair);
  return map;
}
