import { quoted } from '../util/text';

/** A day of the calendar, such as `2026-12-31`; two of them compare as text. */
export function calendarDay(prop: string, day: string): string {
  const known = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  if (known && !Number.isNaN(known.getTime()) && known.toISOString().startsWith(day)) { return day; }
  throw new Error(`${prop} must be a day such as '2026-12-31', got ${quoted(day)}; year, month and day, each with its zeros`);
}

/** What is meant for a short time lasts a year at most, after which nobody would notice it any more. */
const DAYS = 366;

/** What holds for a short time, until the end of a day, as seen on another one. */
export function checkShortly(prop: string, until: string, asOf: string | undefined, instead: string): string[] {
  const isLong = asOf !== undefined && (Date.parse(until) - Date.parse(asOf)) / 86_400_000 > DAYS;
  return isLong ? [`${prop} must be within ${DAYS} days of ${quoted(asOf)}, got ${quoted(until)}; state a day within weeks, and a new one after a review, or ${instead}`] : checkExpiry(prop, until, asOf);
}

/** What holds until the end of a day, as seen on another one; the clock of whoever synthesizes is not asked. */
export function checkExpiry(prop: string, until: string, asOf: string | undefined): string[] {
  if (asOf === undefined) {
    return [`asOf of a ZeroTrustMesh must say by which day ${prop}, ${quoted(until)}, is judged; give it one: `
      + "new ZeroTrustMesh(…, { asOf: new Date().toISOString().slice(0, 10) }), or a day of your pipeline's"];
  }
  return asOf <= until ? [] : [`${prop} was ${quoted(until)}, which is past on ${quoted(asOf)}; take it out, or state a new day after a review`];
}
