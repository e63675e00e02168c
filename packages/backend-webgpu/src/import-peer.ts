import { WellbegunError } from "@wellbegun/core";

/**
 * Loads an optional package when it is asked for, and never before. Bundlers leave the import alone, since the name
 * is not a literal.
 *
 * @throws {WellbegunError} `unavailable` with the install command, if it is not there or does not load.
 */
export async function importPeer(name: string, doing: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (cause) {
    const absent = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new WellbegunError("unavailable", {
      doing,
      expected: `the package ${name}`,
      found: absent ? "no such package" : `one that does not load: ${messageOf(cause)}`,
      hint: `Install it: npm install ${name}`,
      cause,
    });
  }
}

/** What an unknown error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
