/**
 * Deeper than any file that this library writes, and far below the depth at which recursion overflows the
 * stack.
 */
const MOST_LEVELS = 64;

/**
 * Parses JSON from an untrusted file.
 *
 * @throws {SyntaxError} if it is not JSON.
 * @throws {RangeError} if it is nested more than 64 levels deep: printing or serializing it could exhaust the
 * stack.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!isWithin(value, MOST_LEVELS)) throw new RangeError(`JSON of more than ${MOST_LEVELS} levels`);
  return value;
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isWithin(part, levels - 1));
}
