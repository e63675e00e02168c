import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const binary: string = fileURLToPath(new URL("../../bin/wellbegun.js", import.meta.url));

/** What a run of the built program did. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs in a shell that lets no file grow beyond so many KiB, as a full disk would. */
  readonly largestFileKiB?: number;
  /** Called as the program writes to standard error. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
  /** Called once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built program as a child process, with pipes and without what the test's own shell has set. */
export function wellbegun(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { CI, NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  const [command, ...rest] =
    options.largestFileKiB === undefined
      ? [process.execPath, binary, ...args]
      : [
          "bash",
          "-c",
          `ulimit -f ${options.largestFileKiB}; exec "$0" "$@"`,
          process.execPath,
          binary,
          ...args,
        ];
  const child = spawn(command!, rest, { cwd: options.cwd, env: { ...inherited, ...options.env } });
  // A run that a failed test leaves behind would go on for ever.
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    options.onStderr?.(stderr, child);
  });
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** Runs with `--json` and returns the object, after making sure that the run went well and said nothing else. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into the object wherever they like.
export async function wellbegunJson(args: readonly string[], options: RunOptions = {}): Promise<any> {
  const { status, stdout, stderr } = await wellbegun([...args, "--json"], options);
  if (status !== 0 || stderr !== "") throw new Error(`status ${status}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
