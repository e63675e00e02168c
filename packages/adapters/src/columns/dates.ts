const pattern = /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of an ISO 8601 date, in UTC unless it names a zone; NaN for other text, such as a day that its month lacks. */
export function parseDate(text: string): number {
  const match = pattern.exec(text);
  // `Date` takes 30 February for 1 March.
  const day = text.slice(0, 10);
  const midnight = Date.parse(day);
  if (match === null || Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day)
    return Number.NaN;
  const [, time, zone] = match;
  return Date.parse(time === undefined || zone !== undefined ? text : `${text.replace(" ", "T")}Z`);
}
