import { Alias, Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, Node, Pair, parseAllDocuments, Scalar, YAMLMap } from 'yaml';
import { Location } from './manifest';
import { at, Problem, Report, shown } from './problem';
import { isObject } from './schema/schema';
import { numberAsKey, resolvePlain, resolveTagged } from './yaml-scalars';

/** An object as read, with where it stood and what was wrong with its text. */
export interface LocatedObject {
  readonly location: Location;
  readonly object: Readonly<Record<string, unknown>>;
  /** Duplicate keys: the API server's strict field validation refuses them, other clients get the last value. */
  readonly problems: readonly Problem[];
}

/** A problem of a document of a stream. */
export interface LocatedProblem extends Problem {
  readonly location: Location;
}

/** What a stream holds. Together, every document is in one of the two. */
export interface Documents {
  readonly objects: readonly LocatedObject[];
  /** Documents and items that are no objects. */
  readonly problems: readonly LocatedProblem[];
}

/** Nodes that a document may have once its aliases are followed, and levels it may be deep. */
const MAX_NODES = 1_000_000;
const MAX_DEPTH = 500;

/**
 * Reads a stream of YAML or JSON documents as Kubernetes' clients do (sigs.k8s.io/yaml, YAML 1.1): `on`, `yes` and `y` are true,
 * `0o17` and `017` are 15, dates are text, `<<` merges. Empty documents are skipped, `kind: List` is taken apart.
 * Never throws because of its input.
 */
export function readDocuments(text: string): Documents {
  const objects: LocatedObject[] = [];
  const problems: LocatedProblem[] = [];
  const lines = new LineCounter();
  parse(text, lines).forEach((document, index) => {
    const location = { document: index, line: lineOf(document instanceof Document ? document.contents ?? document : undefined, lines) };
    const found: Problem[] = [];
    const lineOfObject = new Map<unknown, number | undefined>();
    const value = document instanceof Document ? readDocument(document, { text, lines, lineOfObject }, found) : unreadable(document, found);
    const fatal = found.filter(problem => problem.layer === 'parse');
    if (fatal.length > 0 || !isObject(value)) {
      const none = { layer: 'parse', field: '', message: `must be an object, got ${shown(value)}; write apiVersion, kind, metadata and spec` } as const;
      const reasons: Problem[] = fatal.length > 0 ? fatal : value === undefined || value === null ? [] : [none];
      reasons.forEach(problem => problems.push({ ...problem, location }));
    } else {
      takeApart({ object: value, location, problems: found }, lineOfObject, { objects, problems });
    }
  });
  return { objects, problems };
}

function parse(text: string, lineCounter: LineCounter): ReadonlyArray<Document | Error> {
  try {
    const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, lineCounter, logLevel: 'silent', prettyErrors: false, strict: false });
    return 'empty' in documents ? [] : documents;
  } catch (error) {
    return [error as Error];
  }
}

function lineOf(node: { readonly range?: readonly [number, ...number[]] | null } | undefined, lines: LineCounter): number | undefined {
  const start = node?.range?.[0];
  return start === undefined ? undefined : lines.linePos(start).line;
}

/** The text that a document stands in, and the line of every object in it. */
interface Source {
  readonly text: string;
  readonly lines: LineCounter;
  readonly lineOfObject: Map<unknown, number | undefined>;
}

function unreadable(error: Error, problems: Problem[]): undefined {
  const reason = error instanceof RangeError ? 'it is nested too deeply' : error.message;
  problems.push({ layer: 'parse', field: '', message: `must be YAML, got text that cannot be read: ${reason}; correct it` });
  return undefined;
}

/** Characters that go-yaml refuses. */
const NOT_YAML = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function readDocument(document: Document, source: Source, problems: Problem[]): unknown {
  const { text, lines } = source;
  const [start, , end] = document.range ?? [0, 0, 0];
  const control = NOT_YAML.exec(text.slice(start, end));
  const fault = document.errors[0]
    ?? (control === null ? undefined : { pos: [start + control.index], message: 'control characters are not allowed' });
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    problems.push({ layer: 'parse', field: '', message: `must be YAML, got an error in line ${line}, column ${col}: ${fault.message.split('\n')[0]}; correct it` });
    return undefined;
  }
  try {
    return new Reader(document, source, problems).read();
  } catch (error) {
    return unreadable(error as Error, problems);
  }
}

/** An object, or the items of a list of objects, which may be lists themselves. */
function takeApart(
  found: LocatedObject,
  lineOfObject: ReadonlyMap<unknown, number | undefined>,
  documents: { readonly objects: LocatedObject[]; readonly problems: LocatedProblem[] },
): void {
  const { object, location } = found;
  if (typeof object.kind !== 'string' || !object.kind.endsWith('List') || !Array.isArray(object.items)) {
    const isList = object.kind === 'List' && object.items !== undefined && object.items !== null;
    const list: Problem = { layer: 'parse', field: 'items', message: `must be a list, got ${shown(object.items)}; correct it` };
    isList ? documents.problems.push({ ...list, location }) : documents.objects.push(found);
    return;
  }
  object.items.forEach((item, index) => {
    const where = { ...location, item: location.item ?? index, line: lineOfObject.get(item) ?? location.line };
    const start = at('items', index);
    if (isObject(item)) {
      const own = found.problems.filter(({ field }) => field.startsWith(`${start}.`));
      const problems = own.map(problem => ({ ...problem, field: problem.field.slice(start.length + 1) }));
      takeApart({ object: asItemOf(object, item), location: where, problems }, lineOfObject, documents);
    } else {
      documents.problems.push({ layer: 'parse', field: start, message: `must be an object, got ${shown(item)}; drop it`, location: where });
    }
  });
  found.problems.filter(({ field }) => !field.startsWith('items[')).forEach(problem => documents.problems.push({ ...problem, location }));
}

/** Items of a typed list, such as a PodList, need not say what they are. */
function asItemOf(list: LocatedObject['object'], item: LocatedObject['object']): LocatedObject['object'] {
  const untold = list.kind !== 'List' && !item.kind && !item.apiVersion;
  return untold ? { ...item, apiVersion: list.apiVersion, kind: String(list.kind).slice(0, -'List'.length) } : item;
}

/** Thrown inside this file only. */
class Unreadable extends Error {}

class Reader {
  private nodes = 0;

  private readonly open = new Set<Node>();

  constructor(private readonly document: Document, private readonly source: Source, private readonly problems: Problem[]) {}

  read(): unknown {
    return this.value(this.document.contents, '', 0);
  }

  private readonly duplicate: Report = (field, message) => this.problems.push({ layer: 'unknown-field', field, message });

  private value(node: Node | null | undefined, field: string, depth: number): unknown {
    if (++this.nodes > MAX_NODES) {
      throw new Unreadable(`it has more than ${MAX_NODES} values once its aliases are followed`);
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
    const target = alias.resolve(this.document) as Node | undefined;
    if (target === undefined || this.open.has(target)) {
      throw new Unreadable(`its alias '*${alias.source}' ${target === undefined ? 'has no anchor' : 'contains itself'}`);
    }
    this.open.add(target);
    const value = this.value(target, field, depth);
    this.open.delete(target);
    return value;
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
    const key = isAlias(node) ? node.resolve(this.document) : node;
    const value = isScalar(key) ? scalar(key) : null;
    const text = typeof value === 'number' || typeof value === 'bigint' ? numberAsKey(value) : value;
    if (typeof text !== 'string' && typeof text !== 'boolean') {
      throw new Unreadable('it has a key that is no text');
    }
    return String(text);
  }
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
