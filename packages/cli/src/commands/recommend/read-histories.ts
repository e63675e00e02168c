import { readFile } from "node:fs/promises";
import { ioError } from "@wellbegun/adapters/node";
import { type Id, type IdIndex, WellbegunError } from "@wellbegun/core";
import { namesOf, nearestName } from "@wellbegun/core/options";

/** One line of a file of new users. */
export interface History {
  readonly user: Id;
  readonly items: readonly Id[];
  /** One for each item. */
  readonly weights?: readonly number[];
  readonly negatives?: readonly Id[];
  /** One for each negative. */
  readonly negativeWeights?: readonly number[];
  readonly negativeFactor?: number;
}

const keys = namesOf<History>({
  user: true,
  items: true,
  weights: true,
  negatives: true,
  negativeWeights: true,
  negativeFactor: true,
});

/**
 * Reads new users from a file of JSON lines. Where the dataset's item IDs are text, items that are numbers become text.
 *
 * @param itemIds The dataset's item IDs; undefined if items are row numbers.
 * @throws {WellbegunError} `io` if the file cannot be read; `format` naming the line that is no history, has an unknown key,
 * a user of an earlier line, or text for an item where IDs are numbers.
 */
export async function readHistories(path: string, itemIds: IdIndex | undefined): Promise<History[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw ioError(doing, "a readable file", path, cause);
  });
  const textIds = typeof itemIds?.ids[0] === "string";
  const lineOf = new Map<Id, number>();
  const histories: History[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = `${path}, line ${index + 1}`;
    const history = parseHistory(line, at);
    const { user, items, negatives } = history;
    const earlier = lineOf.get(user);
    if (earlier !== undefined) {
      refuse(
        "each user once",
        `user ${JSON.stringify(user)} twice`,
        `${path}, lines ${earlier} and ${index + 1}`,
      );
    }
    lineOf.set(user, index + 1);
    const idsOf = (list: readonly Id[]): readonly Id[] => (textIds ? list.map(String) : numbersOf(list, at));
    histories.push({ ...history, items: idsOf(items), ...(negatives && { negatives: idsOf(negatives) }) });
  }
  return histories;
}

function parseHistory(line: string, at: string): History {
  const value = parseObject(line, at);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    const hint = `Did you mean ${nearestName(unknown, keys)}?`;
    refuse(`no keys but ${keys.join(", ")}`, JSON.stringify(unknown), at, hint);
  }
  const { user, items, weights, negatives, negativeWeights, negativeFactor } = value;
  if (!isId(user)) return refuseValue("user", "an ID: text or a number", user, at);
  if (!isList(items, isId)) return refuseValue("items", "a list of item IDs", items, at);
  if (negatives !== undefined && !isList(negatives, isId))
    return refuseValue("negatives", "a list of item IDs", negatives, at);
  if (negativeFactor !== undefined && !isFactor(negativeFactor))
    return refuseValue("negativeFactor", "a number from 0", negativeFactor, at);
  const itemWeights = weightsOf("weights", weights, "items", items, at);
  const otherWeights = weightsOf("negativeWeights", negativeWeights, "negatives", negatives, at);
  return {
    user,
    items,
    ...(itemWeights && { weights: itemWeights }),
    ...(negatives && { negatives }),
    ...(otherWeights && { negativeWeights: otherWeights }),
    ...(negativeFactor !== undefined && { negativeFactor }),
  };
}

function parseObject(line: string, at: string): Readonly<Record<string, unknown>> {
  const expected = 'a JSON object such as {"user": "ann", "items": [3, 7]}';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse(expected, shortened(line), at);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(expected, shortened(line), at);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** One weight above 0 for each element of another list; undefined if there are none. */
function weightsOf(
  key: "weights" | "negativeWeights",
  value: unknown,
  other: "items" | "negatives",
  list: readonly Id[] | undefined,
  at: string,
): readonly number[] | undefined {
  if (value === undefined) return undefined;
  if (list !== undefined && isList(value, isWeight) && value.length === list.length) return value;
  const expected =
    list === undefined
      ? `${other}, to which they belong`
      : `${list.length} numbers above 0, one for each of ${other}`;
  return refuseValue(key, expected, value, at);
}

function numbersOf(list: readonly Id[], at: string): readonly Id[] {
  const text = list.find((id) => typeof id === "string");
  if (text === undefined) return list;
  return refuse(
    "items as numbers, since the IDs of this dataset's items are numbers",
    `the text ${JSON.stringify(text)}`,
    at,
  );
}

function isId(value: unknown): value is Id {
  if (typeof value !== "number") return typeof value === "string";
  // Larger whole numbers are rounded to others.
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

function isWeight(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

function isFactor(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isList<T>(value: unknown, accepts: (element: unknown) => element is T): value is readonly T[] {
  return Array.isArray(value) && value.every(accepts);
}

const doing = "reading histories";

function refuseValue(key: keyof History, expected: string, value: unknown, at: string): never {
  return refuse(`${expected}, for "${key}"`, shortened(JSON.stringify(value) ?? "nothing"), at);
}

function refuse(expected: string, found: string, at: string, hint?: string): never {
  throw new WellbegunError("format", { doing, expected, found, at, ...(hint && { hint }) });
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
