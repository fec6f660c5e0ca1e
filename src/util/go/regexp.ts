import { ClassReader } from './regexp-class';
import { escapeLength, isPerlClass, MalformedPattern } from './regexp-escape';

/** Largest count of a repetition, also of repetitions inside each other together. */
const MAX_COUNT = 1000;

/** Something that can be repeated, with what stands inside it. */
interface Piece {
  readonly count?: number;
  readonly inner: readonly Piece[];
}

interface Group {
  readonly pieces: Piece[];
  /** Index of the first piece behind the last bar. */
  branch: number;
}

/** Why Go's `regexp.Compile` refuses a pattern; nothing where it takes it. Its size is not looked at. */
export function regexpFault(pattern: string): string | undefined {
  try {
    new PatternReader([...pattern]).read();
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPattern) {
      return error.message;
    }
    throw error;
  }
}

class PatternReader {
  private at = 0;

  private readonly groups: Group[] = [{ pieces: [], branch: 0 }];

  private readonly names = new Set<string>();

  /** Whether a repetition ended right here, so that no other may follow. */
  private repeated = false;

  constructor(private readonly characters: readonly string[]) {}

  read(): void {
    while (this.at < this.characters.length) {
      const repeated = this.repeated;
      this.repeated = false;
      this.step(repeated);
    }
    if (this.groups.length > 1) {
      throw new MalformedPattern('a \'(\' is not closed');
    }
  }

  private get group(): Group {
    return this.groups[this.groups.length - 1];
  }

  private rest(length: number): string {
    return this.characters.slice(this.at, this.at + length).join('');
  }

  private step(repeated: boolean): void {
    const character = this.characters[this.at];
    const count = character === '{' ? this.count() : undefined;
    switch (character) {
      case '(':
        return this.open();
      case ')':
        return this.close();
      case '|':
        this.at++;
        this.group.branch = this.group.pieces.length;
        return undefined;
      case '[':
        this.at = new ClassReader(this.characters, this.at).read();
        return this.push();
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        this.at++;
        return this.repeat(undefined, repeated);
      default:
        this.at += count?.length ?? 1;
        return count === undefined ? this.push() : this.repeat(count.limit, repeated);
    }
  }

  private push(piece: Piece = { inner: [] }): void {
    this.group.pieces.push(piece);
  }

  private repeat(limit: number | undefined, repeated: boolean): void {
    this.at += this.characters[this.at] === '?' ? 1 : 0;
    if (repeated) {
      throw new MalformedPattern('a repetition follows another one');
    }
    const { pieces, branch } = this.group;
    if (pieces.length === branch) {
      throw new MalformedPattern('a repetition has nothing before it');
    }
    const piece: Piece = { count: limit, inner: [pieces[pieces.length - 1]] };
    if (limit !== undefined && limit >= 2 && !fits(piece, MAX_COUNT)) {
      throw new MalformedPattern(`repetitions come to more than ${MAX_COUNT} together`);
    }
    pieces[pieces.length - 1] = piece;
    this.repeated = true;
  }

  /** A count in braces, as `{2}`, `{2,}`, `{2,5}`; braces of another form stand for themselves. From none on there is no limit. */
  private count(): { readonly length: number; readonly limit?: number } | undefined {
    const match = /^\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/.exec(this.rest(this.characters.length));
    if (match === null) {
      return undefined;
    }
    const [text, least, comma, most] = match;
    const high = comma === undefined ? least : most;
    if (Number(least) > MAX_COUNT || Number(high ?? 0) > MAX_COUNT || (high !== undefined && Number(least) > Number(high))) {
      throw new MalformedPattern(`the count ${text} is not one up to ${MAX_COUNT}`);
    }
    return { length: text.length, limit: comma !== undefined && most === undefined && least === '0' ? undefined : Number(high ?? least) };
  }

  private open(): void {
    const flags = /^\(\?(?:[imsU]*|[imsU]*-[imsU]+)([:)])/.exec(this.rest(this.characters.length));
    const name = /^\(\?P?<([A-Za-z0-9_]+)>/.exec(this.rest(this.characters.length));
    if (name !== null) {
      if (this.names.has(name[1])) {
        throw new MalformedPattern(`the group '${name[1]}' is there twice`);
      }
      this.names.add(name[1]);
    } else if (flags === null && this.characters[this.at + 1] === '?') {
      throw new MalformedPattern('\'(?\' begins neither flags, nor a name, nor a plain group');
    }
    this.at += (name ?? flags ?? ['('])[0].length;
    if (flags?.[1] !== ')') {
      this.groups.push({ pieces: [], branch: 0 });
    }
  }

  private close(): void {
    const inner = this.groups.pop()?.pieces ?? [];
    if (this.groups.length === 0) {
      throw new MalformedPattern('a \')\' closes nothing');
    }
    this.at++;
    this.push({ inner });
  }

  private escape(): void {
    const letter = this.characters[this.at + 1] ?? '';
    if (letter === 'Q') {
      this.quote();
    } else if (['A', 'b', 'B', 'z'].includes(letter) || isPerlClass(letter)) {
      this.at += 2;
      this.push();
    } else {
      this.at += escapeLength(this.characters, this.at);
      this.push();
    }
  }

  /** What stands between `\Q` and `\E`, or the end, is plain text. */
  private quote(): void {
    this.at += 2;
    while (this.at < this.characters.length && this.rest(2) !== '\\E') {
      this.at++;
      this.push();
    }
    this.at = Math.min(this.at + 2, this.characters.length);
  }
}

/** Whether repetitions inside each other come to at most so many. */
function fits({ count, inner }: Piece, limit: number): boolean {
  if (count === 0) {
    return true;
  }
  if (count !== undefined && count > limit) {
    return false;
  }
  return inner.every(piece => fits(piece, count === undefined ? limit : Math.floor(limit / count)));
}
