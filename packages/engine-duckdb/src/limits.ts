import { WellbegunError } from "@wellbegun/core";
import { describe } from "@wellbegun/core/support";

/** What is being done when an option is refused. */
export const OPENING = "reading a log with DuckDB";

/** Least memory of DuckDB: with less, it cannot hold the blocks that it reads. */
const LEAST_BYTES = 64 * 2 ** 20;

/** A share of the memory as DuckDB reads it. */
export function memoryLimit(memory: number | string = "2GB", share: number): string {
  const text = typeof memory === "number" ? `${memory}B` : memory;
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B$/i.exec(text);
  if (match !== null) {
    const power = "KMGT".indexOf(match[2]!.toUpperCase() || " ") + 1;
    const bytes = Number(match[1]) * (match[3] === "" ? 1000 : 1024) ** power;
    return `${Math.max(LEAST_BYTES, Math.floor(bytes * share))}B`;
  }
  throw new WellbegunError("invalid-option", {
    doing: OPENING,
    expected: "a number of bytes, or text such as 500MB or 4GB",
    found: describe(memory),
    at: "option memory",
  });
}

/** The number of threads as DuckDB reads it. */
export function threadCount(threads: number): string {
  if (Number.isSafeInteger(threads) && threads >= 1) return `${threads}`;
  throw new WellbegunError("invalid-option", {
    doing: OPENING,
    expected: "a whole number of at least 1",
    found: describe(threads),
    at: "option threads",
  });
}
