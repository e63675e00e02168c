/**
 * A date as text (ISO 8601), as a regular expression that JavaScript, DuckDB and Spark read alike: a day, and for a time of it hours
 * and minutes, then seconds and a zone if any. Its groups: the day, the time, the zone.
 */
export const datePattern: string = String.raw`(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?)?`;

const whole = new RegExp(`^${datePattern}$`);

/** Milliseconds of an ISO 8601 date, in UTC unless it names a zone; NaN for other text, such as a day that its month lacks. */
export function parseDate(text: string): number {
  const [, day = "", time = "00:00", zone = "Z"] = whole.exec(text) ?? [];
  const midnight = Date.parse(day);
  // `Date` takes 30 February for 1 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return Number.NaN;
  return Date.parse(`${day}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone}`);
}
