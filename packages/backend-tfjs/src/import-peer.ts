import { WellbegunError } from "@wellbegun/core";

/** Loads a module by its name; the platform's `import()`, or a test's. */
export type ImportModule = (name: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Loads an optional package when it is asked for, and never before. Bundlers leave the import alone, since the name is
 * not a literal.
 *
 * @param help What to do about it, besides installing the package.
 * @throws {WellbegunError} `unavailable` with the install command, if it is not there or does not load.
 */
export async function importPeer(
  name: string,
  doing: string,
  help: string = "",
  importModule: ImportModule = (specifier) => import(/* @vite-ignore */ /* webpackIgnore: true */ specifier),
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(name);
  } catch (cause) {
    const absent = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new WellbegunError("unavailable", {
      doing,
      expected: `the package ${name}`,
      found: absent ? "no such package" : `one that does not load: ${messageOf(cause)}`,
      hint: `Install it: npm install ${name}.${help === "" ? "" : ` ${help}`}`,
      cause,
    });
  }
}

/** What an unknown error says, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").trim();
}
