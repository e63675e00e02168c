import { WellbegunError } from "@wellbegun/core";

/**
 * Loads an optional package. The name is not a literal in the import, so that bundlers leave an absent package alone.
 *
 * @throws {WellbegunError} `unavailable`, with the install command, if it is not there or does not load.
 */
export async function importPeer(name: string, doing: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(/* @vite-ignore */ name);
  } catch (cause) {
    const absent = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new WellbegunError("unavailable", {
      doing,
      expected: `the package ${name}`,
      found: absent ? "no such package" : cause instanceof Error ? cause.message : String(cause),
      hint: `Install it: npm install ${name}`,
      cause,
    });
  }
}
