import { quoted } from '../util/text';

/** A day of the calendar, such as `2026-12-31`; two of them compare as text. */
export function calendarDay(prop: string, day: string): string {
  const known = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  if (known && !Number.isNaN(known.getTime()) && known.toISOString().startsWith(day)) { return day; }
  throw new Error(`${prop} must be a day such as '2026-12-31', got ${quoted(day)}; year, month and day, each with its zeros`);
}

/** What holds until the end of a day, as seen on another one; the clock of whoever synthesizes is not asked. */
export function checkExpiry(prop: string, until: string, asOf: string | undefined): string[] {
  if (asOf === undefined) {
    return [`asOf of a ZeroTrustMesh must say by which day ${prop}, ${quoted(until)}, is judged; give it one: `
      + "new ZeroTrustMesh(…, { asOf: new Date().toISOString().slice(0, 10) }), or a day of your pipeline's"];
  }
  return asOf <= until ? [] : [`${prop} was ${quoted(until)}, which is past on ${quoted(asOf)}; take it out, or state a new day after a review`];
}
