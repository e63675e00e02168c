import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { WellbegunError } from "@wellbegun/core";
import type { LoadMarker, LoadProgress } from "../vectors/load-in-blocks.ts";
import { ioError, systemCode } from "./io-error.ts";

const DOING = "recording the progress of a load";

/**
 * Records the progress of `loadInBlocks` in a file, which is replaced as a whole and removed at the end.
 *
 * @throws {WellbegunError} (each of its methods) `io` if the file cannot be read or written; `format` if it holds something
 * else.
 */
export function fileMarker(path: string): LoadMarker {
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (cause) {
        if (systemCode(cause) === "ENOENT") return undefined;
        throw ioError(DOING, "a readable file", path, cause);
      }
      return parse(text, path);
    },
    async write(progress) {
      const next = `${path}.next`;
      try {
        await writeFile(next, `${JSON.stringify(progress)}\n`, { flush: true });
        await rename(next, path);
      } catch (cause) {
        throw ioError(DOING, "a writable file", path, cause);
      }
    },
    async clear() {
      await rm(path, { force: true }).catch((cause: unknown) => {
        throw ioError(DOING, "to remove the file", path, cause);
      });
    },
  };
}

function parse(text: string, at: string): LoadProgress {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below, as any other content.
  }
  const { bundle, table, rows } = (value ?? {}) as Partial<Record<keyof LoadProgress, unknown>>;
  if (
    typeof bundle === "string" &&
    typeof table === "string" &&
    Number.isSafeInteger(rows) &&
    Number(rows) > 0
  ) {
    return { bundle, table, rows: Number(rows) };
  }
  const found = text.slice(0, 60);
  throw new WellbegunError("format", { doing: DOING, expected: "the record of a load", found, at });
}
