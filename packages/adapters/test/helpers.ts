import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ErrorCode } from "@wellbegun/core";
import { expectRefusal } from "../../../test-support/refusal.ts";

export { temporaryFolder } from "../../../test-support/temporary-folder.ts";

/** {@link expectRefusal} for callers that do not look at the error. */
export async function expectFailure(
  action: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<void> {
  await expectRefusal(action, code, ...parts);
}

/** Writes files by name into a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** Every file of a folder, as text of its bytes; also hidden ones. */
export function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An `.npy` file of version 1 with a header of one's own, to make files that no writer makes. */
export function npyFile(dictionary: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const header = bytesOf(dictionary);
  const preamble = Uint8Array.of(0x93, ...bytesOf("NUMPY"), 1, 0, header.length & 255, header.length >> 8);
  return Uint8Array.from([...preamble, ...header, ...data]);
}
