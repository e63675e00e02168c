import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A new empty folder that is removed in the end; to be called in a file's or suite's body, not in a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
