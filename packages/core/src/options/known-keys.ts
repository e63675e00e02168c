import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";

/**
 * Refuses properties of an options object that are not options, such as a misspelled name, which would be
 * ignored silently. A property whose value is undefined counts as left out.
 *
 * @throws {WellbegunError} `invalid-option` naming the property and the option with the nearest name.
 */
export function refuseUnknownKeys(doing: string, options: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || known.includes(key)) continue;
    throw new WellbegunError("invalid-option", {
      doing,
      expected: `options among ${known.join(", ")}`,
      found: JSON.stringify(key),
      at: key,
      hint: `Did you mean ${nearestName(key, known)}?`,
    });
  }
}

/**
 * Refuses a value that is none of an option's. An undefined value counts as left out.
 *
 * @throws {WellbegunError} `invalid-option` naming the option.
 */
export function expectChoice<T extends string>(
  doing: string,
  at: string,
  value: T | undefined,
  choices: readonly T[],
): void {
  if (value === undefined || choices.includes(value)) return;
  throw new WellbegunError("invalid-option", {
    doing,
    expected: choices.join(" or "),
    found: describe(value),
    at,
  });
}

/**
 * The names of an interface's properties. The type of `keys` lists them all, so that a property without a name here, or a
 * name without a property, does not compile.
 */
export function namesOf<T extends object>(keys: { readonly [K in keyof T]-?: true }): readonly string[] {
  return Object.keys(keys);
}

/** The name with the fewest letters to insert, delete or replace; the first of several. Case is ignored. */
export function nearestName(name: string, known: readonly string[]): string {
  const distances = known.map((one) => editDistance(name.toLowerCase(), one.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))]!;
}

/** Levenshtein distance: the fewest letters to insert, delete or replace that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
