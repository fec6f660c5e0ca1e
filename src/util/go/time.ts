/** Whether Go's `time.Parse(time.RFC3339, text)` reads it. */
export function isRfc3339(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,]\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/.exec(text);
  if (match === null) {
    return false;
  }
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match.slice(1).map(part => Number(part ?? 0));
  return isDay(year, month, day) && hour <= 23 && minute <= 59 && second <= 59 && offsetHour <= 24 && offsetMinute <= 60;
}

/** Whether the `date-time` format of an OpenAPI schema accepts it; laxer than RFC 3339. */
export function isDateTimeFormat(text: string): boolean {
  const [date, time] = text.toLowerCase().split('t');
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const clock = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|([+-]\d{2}:\d{2}))$/.exec(time ?? '');
  return day !== null && isDay(Number(day[1]), Number(day[2]), Number(day[3]))
    && clock !== null && clock[1] <= '23' && clock[2] <= '59' && clock[3] <= '59';
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month >= 1 && month <= 12 && day >= 1 && day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}
