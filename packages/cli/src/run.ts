import { createProgram } from "./program.ts";
import { exitStatus } from "./shared/errors.ts";
import { type Io, processIo } from "./shared/io.ts";
import { Output, type OutputMode } from "./shared/output.ts";

/**
 * Runs the command line in this process.
 *
 * @param argv The arguments, without the names of the runtime and the program.
 * @param io Streams, environment and abort signal. Default: those of the process, and no signal.
 * @returns The exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Errors are printed on standard
 * error, or with `--json` on standard output, and never thrown.
 * @example
 * ```ts
 * import { run } from "wellbegun";
 *
 * const status = await run(["synth", "--out", "example", "--users", "100", "--items", "60", "--quiet"]);
 * console.log(status); // 0
 * ```
 */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const output = new Output(io, requestedMode(argv));
  try {
    const program = await createProgram(argv, output);
    await program.parseAsync(argv, { from: "user" });
    return exitStatus.done;
  } catch (error) {
    return output.fail(error);
  }
}

/** The output mode, found before the command line is parsed, so that parse errors are reported in this mode. */
function requestedMode(argv: readonly string[]): OutputMode {
  if (argv.includes("--json")) return "json";
  return argv.includes("--quiet") ? "quiet" : "text";
}
