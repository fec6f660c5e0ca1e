const UNITS: ReadonlyMap<string, bigint> = new Map<string, bigint>([
  ['ns', BigInt(1)],
  ['us', BigInt(1_000)],
  ['\u00b5s', BigInt(1_000)], // micro sign
  ['\u03bcs', BigInt(1_000)], // Greek letter mu
  ['ms', BigInt(1_000_000)],
  ['s', BigInt(1_000_000_000)],
  ['m', BigInt(60_000_000_000)],
  ['h', BigInt(3_600_000_000_000)],
]);

const LIMIT = BigInt(2) ** BigInt(63);

/** Go's `time.ParseDuration`, in nanoseconds: `1h30m`, `-1.5s`, `+0`. Undefined where Go refuses. */
export function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  if (unsigned === '0') {
    return BigInt(0);
  }
  if (unsigned === '') {
    return undefined;
  }
  let total = BigInt(0);
  for (let rest = unsigned; rest !== '';) {
    const part = /^([0-9]*)(?:\.([0-9]*))?([^.0-9]+)/.exec(rest);
    const amount = part === null ? undefined : amountOf(part[1], part[2] ?? '', part[3]);
    if (part === null || amount === undefined) {
      return undefined;
    }
    total += amount;
    if (total > LIMIT) {
      return undefined;
    }
    rest = rest.slice(part[0].length);
  }
  if (negative) {
    return -total;
  }
  return total < LIMIT ? total : undefined;
}

function amountOf(whole: string, fraction: string, name: string): bigint | undefined {
  const unit = UNITS.get(name);
  if (unit === undefined || (whole === '' && fraction === '') || BigInt(whole || '0') > LIMIT / unit) {
    return undefined;
  }
  // Go keeps as many digits of the fraction as fit in 63 bits, and multiplies in floating point
  let kept = '';
  for (const digit of fraction) {
    if (BigInt(kept || '0') > (LIMIT - BigInt(1)) / BigInt(10) || BigInt(kept + digit) > LIMIT) {
      break;
    }
    kept += digit;
  }
  const parts = kept === '' ? 0 : Number(BigInt(kept)) * (Number(unit) / 10 ** kept.length);
  const amount = BigInt(whole || '0') * unit + BigInt(Math.trunc(parts));
  return amount <= LIMIT ? amount : undefined;
}
