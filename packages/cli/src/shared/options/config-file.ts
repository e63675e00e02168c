import { readFile } from "node:fs/promises";
import { ioError } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import { nearestName } from "@wellbegun/core/options";
import { entriesOf, type Settings, wrongValue } from "./settings.ts";

/**
 * Options from a JSON file, by the names of the flags in camelCase.
 *
 * @throws {WellbegunError} `io` if the file cannot be read; `format` if it holds no JSON object; `invalid-option` for a
 * key that is no option, naming the nearest one, or a value that the option does not take.
 */
export async function readConfig<T>(path: string, settings: Settings<T>): Promise<Partial<T>> {
  const content = await parseObject(path);
  const known = new Map(entriesOf(settings));
  const result: Partial<Record<keyof T, unknown>> = {};
  for (const [key, given] of Object.entries(content)) {
    const name = [...known.keys()].find((one) => one === key);
    if (name === undefined) throw unknownKey(path, key, [...known.keys()]);
    const { kind } = known.get(name)!;
    const value = kind.fromJson(given);
    if (value === undefined) throw wrongValue(kind, shown(given), `${path}, key ${key}`);
    result[name] = value;
  }
  return result as Partial<T>;
}

async function parseObject(path: string): Promise<object> {
  const doing = "reading the config file";
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (cause) {
    throw ioError(doing, "a readable file", path, cause);
  }
  let value: unknown;
  try {
    // Editors on Windows put a byte order mark before the text.
    value = JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const found = cause instanceof Error ? `other text: ${cause.message}` : "other text";
    throw new WellbegunError("format", { doing, expected: "JSON", found, at: path, cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new WellbegunError("format", { doing, expected: "a JSON object", found: "another value", at: path });
}

/** Characters of a value that a message shows. */
const SHOWN = 200;

/** A value as text, cut where it is long; a value that is nested too deeply for JSON.stringify, before Node 26, is only described. */
function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return "a value that is nested too deeply";
  }
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

function unknownKey(path: string, key: string, known: readonly string[]): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "reading the config file",
    expected: `keys among ${known.join(", ")}`,
    found: JSON.stringify(key),
    at: `${path}, key ${key}`,
    hint: `Did you mean ${nearestName(key, known)}?`,
  });
}
