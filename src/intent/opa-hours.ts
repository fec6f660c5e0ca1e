import { OpaHoursData } from './opa-policy';
import { atLeastOne, oneOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { nearest } from '../util/nearest';
import { quoted, unique } from '../util/text';

/** A day of the week. */
export enum DayOfWeek {
  /** Monday. */
  MONDAY = 'Monday',

  /** Tuesday. */
  TUESDAY = 'Tuesday',

  /** Wednesday. */
  WEDNESDAY = 'Wednesday',

  /** Thursday. */
  THURSDAY = 'Thursday',

  /** Friday. */
  FRIDAY = 'Friday',

  /** Saturday. */
  SATURDAY = 'Saturday',

  /** Sunday. */
  SUNDAY = 'Sunday',
}

/** Hours of some days of the week, by the clocks of a time zone, also where these change in summer. */
export interface OpaHours {
  /** Name of the time zone in the IANA database, letter by letter: `Europe/Zurich`, `UTC`. */
  readonly timeZone: string;

  /** The days; at least one. */
  readonly days: DayOfWeek[];

  /** The first minute of it, such as `08:00`. */
  readonly start: string;

  /** The minute before which it ends, such as `18:00`; `24:00` for the end of the day. After `start`: hours over midnight are two rules. */
  readonly end: string;
}

const HOURS: InputStruct<OpaHours> = { name: 'OpaHours', members: { timeZone: 'needed', days: 'needed', start: 'needed', end: 'needed' } };

export function hoursOf(prop: string, given: OpaHours): OpaHoursData {
  const { timeZone, days, start, end } = taken(prop, HOURS, given);
  const named = atLeastOne(`${prop}.days`, days, 'name the days').map((day, i) => oneOf(`${prop}.days[${i}]`, day, Object.values(DayOfWeek)));
  const [fromMinute, toMinute] = [minuteOf(`${prop}.start`, start), minuteOf(`${prop}.end`, end)];
  if (fromMinute >= toMinute) {
    throw new Error(`${prop}.end must be after start, ${quoted(start)}, got ${quoted(end)}; state hours over midnight by two rules, one to '24:00' and one from '00:00' of the next day`);
  }
  return { timeZone: timeZoneOf(`${prop}.timeZone`, timeZone), days: unique(named), fromMinute, toMinute };
}

function minuteOf(prop: string, given: string): number {
  const [, hour, minute] = (typeof given === 'string' && /^([01]\d|2[0-4]):([0-5]\d)$/.exec(given)) || [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (hour === undefined || minutes > DAY) { throw new Error(`${prop} must be a time of day from '00:00' to '24:00', got ${quoted(given)}; write hours and minutes by two digits each`); }
  return minutes;
}

const DAY = 24 * 60;

/** OPA looks zones up by their exact name, and a rule whose zone it does not know never holds. */
function timeZoneOf(prop: string, given: string): string {
  const zone = text(prop, given, "as in 'Europe/Zurich'");
  const known = Intl.supportedValuesOf('timeZone');
  if (zone === 'UTC' || known.includes(zone)) { return zone; }
  const sameLetters = [...known, 'UTC'].find(one => one.toLowerCase() === zone.toLowerCase());
  if (sameLetters === undefined && isKnownByAnotherName(zone)) { return zone; }
  const meant = sameLetters ?? nearest(zone, known);
  throw new Error(`${prop} must be the name of a time zone, got ${quoted(zone)}; ${meant === undefined ? "as in 'Europe/Zurich' or 'UTC'" : `did you mean ${quoted(meant)}?`}`);
}

/** Older names are in no list, but good. */
function isKnownByAnotherName(zone: string): boolean {
  if (!/^[A-Z]\w+(\/[A-Z][\w+-]+)+$/.test(zone)) { return false; }
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
