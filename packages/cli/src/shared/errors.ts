import { isWellbegunError } from "@wellbegun/core";
import { CommanderError } from "commander";

/** An error as `--json` shows it. */
export interface ErrorReport {
  /** An error code of core's, or `internal` for what should never have happened. */
  readonly code: string;
  readonly message: string;
  /** The file, row, column or option at fault. */
  readonly at: string | null;
  /** The hint on how to fix it. */
  readonly hint: string | null;
}

/** Exit statuses: what scripts may rely on. */
export const exitStatus: Readonly<Record<"done" | "failed" | "usage" | "interrupted", number>> = {
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
};

/** The exit status that an error stands for. */
export function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
  if (!isWellbegunError(error)) return exitStatus.failed;
  if (error.code === "aborted") return exitStatus.interrupted;
  return error.code === "invalid-option" ? exitStatus.usage : exitStatus.failed;
}

/** The error as shown to the user; undefined if the help was shown instead. */
export function reportError(error: unknown): ErrorReport | undefined {
  if (error instanceof CommanderError && error.code === "commander.help") return undefined;
  if (isWellbegunError(error)) {
    return { code: error.code, message: error.message, at: error.at ?? null, hint: error.hint ?? null };
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "");
    const swallowed =
      error.code === "commander.missingArgument" ? " A path behind --force is taken for the output's." : "";
    return {
      code: "invalid-option",
      message,
      at: null,
      hint: `Add --help to see what there is.${swallowed}`,
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", message, at: null, hint: null };
}
