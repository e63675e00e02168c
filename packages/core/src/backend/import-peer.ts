import { WellbegunError } from "../errors.ts";

/**
 * The caller's own `import()`. Packages are looked for from the file that holds it, so that core cannot bring its own:
 * where each package sees only what it declares (pnpm), core sees none of its dependents' peers. The name must not be a
 * literal in it, or bundlers look for a package that need not be there.
 */
export type ImportModule = (name: string) => Promise<Readonly<Record<string, unknown>>>;

/** What {@link importPeer} tells of a package that is not there. */
export interface PeerRequest {
  /** What it is wanted for, as a gerund: "starting the onnx backend". */
  readonly doing: string;
  /** The command that installs it. Default: `npm install` with its name. */
  readonly install?: string | undefined;
  /** What to do about it besides. Default: nothing. */
  readonly help?: string | undefined;
}

/**
 * Loads an optional package when it is asked for, and never before.
 *
 * @param importModule `(name) => import(name)` in a file of the caller's package.
 * @throws {WellbegunError} `unavailable` with the install command, if it is not there or does not load; what `import`
 * threw is the `cause`.
 */
export async function importPeer(
  importModule: ImportModule,
  name: string,
  { doing, install = `npm install ${name}`, help }: PeerRequest,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(name);
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: `the package ${name}`,
      found: isAbsence(cause) ? "no such package" : `one that does not load: ${messageOf(cause)}`,
      hint: `Install it: ${install}${help === undefined ? "" : `. ${help}`}`,
      cause,
    });
  }
}

/** Whether an error, or one that led to it, says that a package is not installed. */
export function isAbsence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "ERR_MODULE_NOT_FOUND") || isAbsence(error.cause);
}

/** What an unknown error says, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").trim();
}
