/** Deeper than anything that is written here, and far from what JSON.stringify and recursion can bear. */
const MOST_LEVELS = 64;

/**
 * Parses JSON of a file that anyone may have written.
 *
 * @throws {SyntaxError} if it is not JSON.
 * @throws {RangeError} if it is nested more than 64 levels deep: showing or writing it again could exhaust the stack.
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
