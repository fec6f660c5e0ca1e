import { Malformed, Token, tokenize } from './cel-tokens';

/** What a part of an expression is, as far as macros ask. */
type Kind = 'identifier' | 'field' | 'other';

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]);

/** Macros of one list: name and number of arguments. The first argument names a variable. */
const LIST_MACROS = new Set(['all/2', 'exists/2', 'exists_one/2', 'map/2', 'map/3', 'filter/2']);

const MAX_DEPTH = 250;
const MAX_CHARACTERS = 100_000;

/** Why a text is not an expression of the Common Expression Language, with its standard macros; nothing where it is. Names and types are not looked at. */
export function celFault(text: string): string | undefined {
  try {
    if ([...text].length > MAX_CHARACTERS) {
      throw new Malformed(`it has more than ${MAX_CHARACTERS} characters`);
    }
    new Parser(tokenize(text)).parse();
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) {
      return error.message;
    }
    throw error;
  }
}

/** A recursive descent; each method reads one rule of the grammar. */
class Parser {
  private at = 0;

  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): void {
    this.expression();
    if (this.next.type !== 'end') {
      throw this.unexpected();
    }
  }

  private get next(): Token {
    return this.tokens[this.at];
  }

  private expression(): Kind {
    if (++this.depth > MAX_DEPTH) {
      throw new Malformed('it is nested too deeply');
    }
    let kind = this.operation();
    if (this.take('?')) {
      kind = 'other';
      this.operation();
      this.expect(':');
      this.expression();
    }
    this.depth--;
    return kind;
  }

  /** Operands between operators, whose precedence does not matter here. */
  private operation(): Kind {
    let kind = this.operand();
    while (['||', '&&', '<', '<=', '>=', '>', '==', '!=', 'in', '*', '/', '%', '+', '-'].some(operator => this.take(operator))) {
      kind = 'other';
      this.operand();
    }
    return kind;
  }

  private operand(): Kind {
    const sign = ['!', '-'].find(operator => this.take(operator));
    if (sign === undefined) {
      return this.member(false);
    }
    const count = 1 + this.repeats(sign);
    const signed = this.take('-');
    if (signed && !(this.next.type === 'literal' && /^[.0-9]/.test(this.next.text))) {
      throw this.unexpected();
    }
    const kind = this.member(signed || (sign === '-' && count === 1));
    return count % 2 === 0 ? kind : 'other'; // two of them are as good as none
  }

  private repeats(symbol: string): number {
    const start = this.at;
    while (this.take(symbol)) {
      // as often as it is written
    }
    return this.at - start;
  }

  private member(negative: boolean): Kind {
    let kind = this.primary(negative);
    for (;;) {
      if (this.take('.')) {
        kind = this.selection();
      } else if (this.take('[')) {
        this.expression();
        this.expect(']');
        kind = 'other';
      } else {
        return kind;
      }
    }
  }

  private selection(): Kind {
    const { text } = this.identifier();
    if (!this.take('(')) {
      return 'field';
    }
    const kinds = this.args();
    if (LIST_MACROS.has(`${text}/${kinds.length}`) && kinds[0] !== 'identifier') {
      throw new Malformed(`${text}() takes the name of a variable first`);
    }
    return 'other';
  }

  private primary(negative: boolean): Kind {
    if (this.next.type === 'literal') {
      this.literal(negative);
      return 'other';
    }
    if (this.take('(')) {
      const kind = this.expression();
      this.expect(')');
      return kind;
    }
    if (this.take('[')) {
      this.items(']', () => this.expression());
      return 'other';
    }
    if (this.take('{')) {
      this.items('}', () => this.entry(() => this.expression()));
      return 'other';
    }
    const global = !this.take('.');
    return this.named(this.identifier().text, global);
  }

  /** What begins with a name: a message with its fields, a call, or the name alone. */
  private named(name: string, global: boolean): Kind {
    const start = this.at;
    while (this.next.text === '.' && this.tokens[this.at + 1].type === 'identifier') {
      this.at += 2;
    }
    if (this.take('{')) {
      this.items('}', () => this.entry(() => this.identifier()));
      return 'other';
    }
    this.at = start;
    if (RESERVED.has(name)) {
      throw new Malformed(`'${name}' is reserved`);
    }
    if (!this.take('(')) {
      return name === '__result__' ? 'other' : 'identifier';
    }
    const kinds = this.args();
    if (name === 'has' && global && kinds.length === 1 && kinds[0] !== 'field') {
      throw new Malformed('has() takes a field of something');
    }
    return name === 'has' && global && kinds.length === 1 ? 'field' : 'other';
  }

  private literal(negative: boolean): void {
    const { text } = this.tokens[this.at++];
    const digits = /^(0x[0-9a-fA-F]+|[0-9]+)([uU]?)$/.exec(text);
    if (digits !== null) {
      const limit = BigInt(2) ** BigInt(digits[2] === '' ? 63 : 64) - BigInt(negative && digits[2] === '' ? 0 : 1);
      if (BigInt(digits[1]) > limit) {
        throw new Malformed(`'${text}' is too large`);
      }
    }
  }

  private args(): Kind[] {
    const kinds: Kind[] = [];
    if (!this.take(')')) {
      do {
        kinds.push(this.expression());
      } while (this.take(','));
      this.expect(')');
    }
    return kinds;
  }

  /** Items between commas; one comma may follow the last. */
  private items(end: string, item: () => void): void {
    if (this.take(',')) {
      this.expect(end);
      return;
    }
    while (!this.take(end)) {
      item();
      if (!this.take(',')) {
        this.expect(end);
        return;
      }
    }
  }

  private entry(key: () => void): void {
    key();
    this.expect(':');
    this.expression();
  }

  private identifier(): Token {
    if (this.next.type !== 'identifier') {
      throw this.unexpected();
    }
    return this.tokens[this.at++];
  }

  private take(symbol: string): boolean {
    const found = this.next.type === 'symbol' && this.next.text === symbol;
    this.at += found ? 1 : 0;
    return found;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) {
      throw this.unexpected();
    }
  }

  private unexpected(): Malformed {
    return new Malformed(this.next.type === 'end' ? 'it ends too early' : `'${this.next.text}' is unexpected`);
  }
}
