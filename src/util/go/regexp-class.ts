import { escapedCharacter, escapeLength, isPerlClass, MalformedPattern } from './regexp-escape';

const POSIX = [
  'alnum', 'alpha', 'ascii', 'blank', 'cntrl', 'digit', 'graph', 'lower', 'print', 'punct', 'space', 'upper', 'word', 'xdigit',
];

/** Reads a class in brackets of a pattern. */
export class ClassReader {
  private at: number;

  constructor(private readonly characters: readonly string[], start: number) {
    this.at = start + 1;
  }

  /** Returns where the class ends. */
  read(): number {
    this.at += this.characters[this.at] === '^' ? 1 : 0;
    for (let first = true; first || this.characters[this.at] !== ']'; first = false) {
      if (!this.named() && !this.escapedClass()) {
        this.range();
      }
    }
    return this.at + 1;
  }

  /** A class such as `[:alpha:]`. */
  private named(): boolean {
    const end = this.characters.findIndex((character, index) => index >= this.at + 2 && character === ':' && this.characters[index + 1] === ']');
    if (this.characters[this.at] !== '[' || this.characters[this.at + 1] !== ':' || end < 0) {
      return false;
    }
    const name = this.characters.slice(this.at + 2, end).join('').replace(/^\^/, '');
    if (!POSIX.includes(name)) {
      throw new MalformedPattern(`'[:${name}:]' is no class`);
    }
    this.at = end + 2;
    return true;
  }

  private escapedClass(): boolean {
    const letter = this.characters[this.at] === '\\' ? this.characters[this.at + 1] ?? '' : '';
    if (!isPerlClass(letter) && !['p', 'P'].includes(letter)) {
      return false;
    }
    this.at += isPerlClass(letter) ? 2 : escapeLength(this.characters, this.at);
    return true;
  }

  /** One character, or one and another up to which it goes. */
  private range(): void {
    const low = this.character();
    if (this.characters[this.at] === '-' && this.at + 1 < this.characters.length && this.characters[this.at + 1] !== ']') {
      this.at++;
      const high = this.character();
      if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) {
        throw new MalformedPattern(`'${low}-${high}' is no range`);
      }
    }
  }

  private character(): string {
    const character = this.characters[this.at];
    if (character === undefined) {
      throw new MalformedPattern('a \'[\' is not closed');
    }
    if (character !== '\\') {
      this.at++;
      return character;
    }
    const escaped = escapedCharacter(this.characters, this.at);
    this.at += escapeLength(this.characters, this.at);
    return escaped;
  }
}
