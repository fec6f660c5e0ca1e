/** A JSON value with the members of objects in their order, repeated names included. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** Members of an object as they stand in the text. */
export class JsonObject {
  constructor(readonly members: ReadonlyArray<readonly [string, JsonValue]>) {}
}

/** Go refuses deeper nesting. */
const MAX_DEPTH = 10_000;

/**
 * Reads the first JSON value of a text, as Go's `json.Decoder.Decode` does: what follows it is not looked at.
 *
 * @throws SyntaxError where the text is not JSON
 */
export function parseFirstJson(text: string): JsonValue {
  return new Reader(text).value(0);
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): JsonValue {
    this.space();
    const first = this.text[this.at];
    if (first === '{' || first === '[') {
      if (depth >= MAX_DEPTH) {
        throw new SyntaxError('it is nested too deeply');
      }
      this.at++;
      return first === '{' ? this.object(depth + 1) : this.array(depth + 1);
    }
    return this.scalar();
  }

  private object(depth: number): JsonObject {
    const members: Array<[string, JsonValue]> = [];
    this.list('}', () => {
      const name = this.scalar();
      if (typeof name !== 'string') {
        throw this.unexpected();
      }
      this.space();
      this.expect(':');
      members.push([name, this.value(depth)]);
    });
    return new JsonObject(members);
  }

  private array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.list(']', () => items.push(this.value(depth)));
    return items;
  }

  private list(end: string, item: () => void): void {
    this.space();
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      this.space();
      item();
      this.space();
      if (this.text[this.at] === end) {
        this.at++;
        return;
      }
      this.expect(',');
    }
  }

  private scalar(): string | number | boolean | null {
    const token = /"(?:[^"\\\x00-\x1f]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;
    token.lastIndex = this.at;
    const match = token.exec(this.text);
    if (match === null) {
      throw this.unexpected();
    }
    this.at += match[0].length;
    return JSON.parse(match[0]) as string | number | boolean | null;
  }

  private space(): void {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = this.at;
    this.at += space.exec(this.text)?.[0].length ?? 0;
  }

  private expect(mark: string): void {
    if (this.text[this.at] !== mark) {
      throw this.unexpected();
    }
    this.at++;
  }

  private unexpected(): SyntaxError {
    return new SyntaxError(this.at < this.text.length ? `'${this.text[this.at]}' is unexpected at character ${this.at + 1}` : 'it ends too early');
  }
}
