import { Composer, Document, LineCounter, Parser } from 'yaml';
import { Location } from './manifest';
import { at, Problem, shown } from './problem';
import { isObject } from './schema/schema';
import { lineOf, Reader, Source } from './yaml-reader';

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
  /** What is no object cannot be applied by anything, whatever was meant. */
  readonly isInert?: boolean;
}

/** What a stream holds. Together, every document is in one of the two. */
export interface Documents {
  readonly objects: readonly LocatedObject[];
  /** Documents and items that are no objects. */
  readonly problems: readonly LocatedProblem[];
}

/**
 * Reads a stream of YAML or JSON documents as Kubernetes' clients do (sigs.k8s.io/yaml, YAML 1.1): `on`, `yes` and `y` are true,
 * `0o17` and `017` are 15, dates are text, `<<` merges. Empty documents are skipped, `kind: List` is taken apart.
 * Never throws because of its input.
 */
export function readDocuments(text: string): Documents {
  const objects: LocatedObject[] = [];
  const problems: LocatedProblem[] = [];
  const lines = new LineCounter();
  let index = 0;
  for (const document of parse(text, lines)) {
    const location = { document: index++, line: lineOf(document instanceof Document ? document.contents ?? document : undefined, lines) };
    const found: Problem[] = [];
    const lineOfObject = new Map<unknown, number | undefined>();
    const value = document instanceof Document ? readDocument(document, { text, lines, lineOfObject }, found) : unreadable(document, text, found);
    const fatal = found.filter(problem => problem.layer === 'parse');
    if (fatal.length > 0 || !isObject(value)) {
      const none = { layer: 'parse', field: '', message: `must be an object, got ${shown(value)}; write apiVersion, kind, metadata and spec`, isInert: true } as const;
      const reasons: Omit<LocatedProblem, 'location'>[] = fatal.length > 0 ? fatal : value === undefined || value === null ? [] : [none];
      reasons.forEach(problem => problems.push({ ...problem, location }));
    } else {
      takeApart({ object: value, location, problems: found }, lineOfObject, { objects, problems });
    }
  }
  return { objects, problems };
}

/** One document after the other, so that none is kept for longer than it takes to read it. What cannot be read at all ends the stream. */
function* parse(text: string, lines: LineCounter): Iterable<Document | Error> {
  try {
    const options = { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false, strict: false } as const;
    yield* new Composer(options).compose(new Parser(lines.addNewLine).parse(text));
  } catch (error) {
    yield error as Error;
  }
}

function unreadable(error: Error, text: string, problems: Problem[]): undefined {
  const reason = error instanceof RangeError ? 'it is nested too deeply' : error.message;
  problems.push({ layer: 'parse', field: '', message: `must be YAML, got text that cannot be read: ${reason}; ${remedyFor(text)}` });
  return undefined;
}

/** Text with actions of Go templates is no manifest yet. */
function remedyFor(text: string): string {
  return text.includes('{{') ? 'it is a template: render Helm, or what else it is for, first' : 'correct it';
}

/** Characters that go-yaml refuses. */
const NOT_YAML = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function readDocument(document: Document, source: Source, problems: Problem[]): unknown {
  const { text, lines } = source;
  const [start, , end] = document.range ?? [0, 0, 0];
  const own = text.slice(start, end);
  const control = NOT_YAML.exec(own);
  const fault = document.errors[0]
    ?? (control === null ? undefined : { pos: [start + control.index], message: 'control characters are not allowed' });
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    problems.push({ layer: 'parse', field: '', message: `must be YAML, got an error in line ${line}, column ${col}: ${fault.message.split('\n')[0]}; ${remedyFor(own)}` });
    return undefined;
  }
  try {
    return new Reader(document, source, problems).read();
  } catch (error) {
    return unreadable(error as Error, own, problems);
  }
}

/** Kubernetes objects that were not read from text, with the items of lists among them one by one. */
export function takenApart(found: readonly LocatedObject[]): Documents {
  const documents = { objects: [], problems: [] };
  found.forEach(one => takeApart(one, new Map(), documents));
  return documents;
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
      documents.problems.push({ layer: 'parse', field: start, message: `must be an object, got ${shown(item)}; drop it`, location: where, isInert: true });
    }
  });
  found.problems.filter(({ field }) => !field.startsWith('items[')).forEach(problem => documents.problems.push({ ...problem, location }));
}

/** Items of a typed list, such as a PodList, need not say what they are. */
function asItemOf(list: LocatedObject['object'], item: LocatedObject['object']): LocatedObject['object'] {
  const untold = list.kind !== 'List' && !item.kind && !item.apiVersion;
  return untold ? { ...item, apiVersion: list.apiVersion, kind: String(list.kind).slice(0, -'List'.length) } : item;
}
