import { constants } from "node:os";
import { run } from "./run.ts";
import { exitStatus } from "./shared/errors.ts";
import { processIo } from "./shared/io.ts";

/** The first Ctrl-C may reach us twice, from the terminal and handed on by npx: only a later one forces the end. */
const ECHO_MS = 300;

/** Runs the command line of this process and sets its exit status. */
export async function main(): Promise<void> {
  const controller = new AbortController();
  let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
  let stoppedAt = 0;
  const stop = (name: "SIGINT" | "SIGTERM"): void => {
    if (stoppedBy !== undefined) {
      if (performance.now() - stoppedAt > ECHO_MS) endAtOnce(name);
      return;
    }
    stoppedBy = name;
    stoppedAt = performance.now();
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const printing = watchPrinting();
  const status = await run(process.argv.slice(2), processIo(controller.signal));
  const stopped = stoppedBy !== undefined && status === statusOf("SIGINT");
  process.exitCode = stopped ? statusOf(stoppedBy!) : await printing.finish(status);
}

/**
 * A broken standard output does not stop the run. If the reader closed it, such as `head`, the exit status is
 * unchanged. Any other failure, such as a full disk, is reported on standard error, and the run counts as
 * failed.
 */
function watchPrinting(): { readonly finish: (status: number) => Promise<number> } {
  let failure: NodeJS.ErrnoException | undefined;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  // If standard error breaks too, the failure cannot be reported.
  process.stderr.on("error", () => undefined);
  return {
    finish: async (status) => {
      await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
      if (failure === undefined || failure.code === "EPIPE") return status;
      process.stderr.write(`error: Printing the result: ${failure.message}\n`);
      return status === exitStatus.done ? exitStatus.failed : status;
    },
  };
}

/** Ends the process without waiting for anything, which `process.exit` does for a file operation that hangs. */
function endAtOnce(name: "SIGINT" | "SIGTERM"): void {
  process.emit("exit", statusOf(name));
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}

/** What shells report for a process that a signal ended. */
function statusOf(name: "SIGINT" | "SIGTERM"): number {
  return 128 + constants.signals[name];
}
