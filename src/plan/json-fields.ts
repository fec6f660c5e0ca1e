import { isObject } from '../util/shape';

/** The fields of a line, by name; text where it is none. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object; why not, where it is none. */
export function jsonObject(text: string): Fields | string {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'is JSON but no object';
  } catch (error) {
    return `is no JSON: ${withoutText((error as Error).message)}`;
  }
}

/** What is wrong, without the text around it, which may hold a secret. */
function withoutText(message: string): string { return message.replace(/, ("|\.\.\.")[^]* is not valid JSON$/, ''); }

/** The first of some fields that says something. `-` and null are Envoy's words for nothing. */
export function fieldOf(fields: Fields, ...names: readonly string[]): string | undefined {
  const said = names.filter(name => Object.hasOwn(fields, name)).map(name => fields[name])
    .find(value => (typeof value === 'string' && value !== '' && value !== '-') || typeof value === 'number');
  return said === undefined ? undefined : String(said);
}

/** The port of an address such as `10.0.0.5:8080` or `[fd00::5]:8080`. */
export function portOfAddress(address: string | undefined): number | undefined {
  const [, port] = /:(\d{1,5})$/.exec(address ?? '') ?? [];
  return portOf(port);
}

export function portOf(text: string | undefined): number | undefined {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** Lines of a text that are not blank, numbered from 1. */
export function linesOf(text: string): { readonly number: number; readonly line: string }[] {
  return text.split(/\r?\n/).map((line, i) => ({ number: i + 1, line: line.trim() })).filter(({ line }) => line !== '');
}
