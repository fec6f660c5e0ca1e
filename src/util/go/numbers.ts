/** Go's `strconv.ParseUint(text, 10, bits)`: digits only, leading zeros allowed, no sign. */
export function parseUint(text: string, bits: number): bigint | undefined {
  if (!/^[0-9]+$/.test(text)) {
    return undefined;
  }
  const value = BigInt(text);
  return value < BigInt(2) ** BigInt(bits) ? value : undefined;
}

/** Go's `strconv.ParseInt(text, 10, 64)`: an optional sign before the digits. */
export function parseInt64(text: string): bigint | undefined {
  const match = /^([+-]?)([0-9]+)$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const value = match[1] === '-' ? -BigInt(match[2]) : BigInt(match[2]);
  const limit = BigInt(2) ** BigInt(63);
  return value >= -limit && value < limit ? value : undefined;
}
