/**
 * Scalars as go-yaml v2 reads them, through which all of Kubernetes' clients read YAML: nearly YAML 1.1.
 * Whole numbers are bigint, so that they can be told from floating point, which matters for keys.
 */

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...words(true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'),
  ...words(false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'),
  ...words(null, '', '~', 'null', 'Null', 'NULL'),
  ...words(NaN, '.nan', '.NaN', '.NAN'),
  ...words(Infinity, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'),
  ...words(-Infinity, '-.inf', '-.Inf', '-.INF'),
]);

function words(value: unknown, ...texts: readonly string[]): Array<[string, unknown]> {
  return texts.map(text => [text, value]);
}

const INT64 = BigInt(2) ** BigInt(63);

/** The value of a scalar without quotes or tag. */
export function resolvePlain(text: string): unknown {
  if (WORDS.has(text)) {
    return WORDS.get(text);
  }
  if (text.startsWith('.')) {
    return /^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(text) ? finite(text, text) : text;
  }
  if (!/^[-+0-9]/.test(text)) {
    return text;
  }
  const digits = text.replace(/_/g, '');
  const whole = wholeNumber(digits);
  if (whole !== undefined) {
    return whole;
  }
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits) ? finite(digits, text) : text;
}

/** The value of a scalar with a tag; an unknown tag makes it text. */
export function resolveTagged(tag: string, text: string): unknown {
  const kind = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  if (kind === '!!binary') {
    if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[\r\n]/g, ''))) {
      throw new Error(`'${text}' cannot be read as ${kind}`);
    }
    return Buffer.from(text, 'base64').toString('utf8');
  }
  const value = resolvePlain(text);
  const fits: Readonly<Record<string, boolean>> = {
    '!!bool': typeof value === 'boolean',
    '!!int': typeof value === 'bigint',
    '!!float': typeof value === 'number' || typeof value === 'bigint',
    '!!null': value === null,
    '!!timestamp': isTimestamp(text),
  };
  if (!Object.prototype.hasOwnProperty.call(fits, kind)) {
    return text;
  }
  if (!fits[kind]) {
    throw new Error(`'${text}' cannot be read as ${kind}`);
  }
  return kind === '!!float' ? Number(value) : value;
}

/** The text of a key that is a number. */
export function numberAsKey(key: number | bigint): string | undefined {
  if (typeof key === 'bigint') {
    return key < INT64 ? String(key) : undefined;
  }
  const single = Math.fround(key);
  if (!Number.isFinite(single)) {
    return Number.isNaN(single) ? '.nan' : single > 0 ? '.inf' : '-.inf';
  }
  // the fewest digits that give the same 32-bit number, with an exponent from 1e+06 and below 1e-04
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(count => Math.fround(Number(single.toPrecision(count))) === single) ?? 9;
  const [mantissa, exponent] = single.toExponential(digits - 1).split('e');
  return Number(exponent) >= -4 && Number(exponent) < 6
    ? String(Number(single.toPrecision(digits)))
    : `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Go's ParseInt with base 0, or ParseUint. */
function wholeNumber(text: string): bigint | undefined {
  const match = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign, prefixed, octal, decimal] = match;
  const size = BigInt(prefixed?.toLowerCase() ?? (octal === undefined ? decimal : `0o${octal}`));
  const limit = sign === '-' ? INT64 : sign === '+' ? INT64 - BigInt(1) : INT64 * BigInt(2) - BigInt(1);
  return size > limit ? undefined : sign === '-' ? -size : size;
}

function finite(digits: string, text: string): unknown {
  return Number.isFinite(Number(digits)) ? Number(digits) : text;
}

const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

/** A date or time: Kubernetes' clients leave it as text, with or without its tag. */
function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text);
}
