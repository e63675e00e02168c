/**
 * A real Spark: the Python that WELLBEGUN_SPARK names, with pyspark, numpy, scipy and pyarrow, and Java 17. Without it the
 * tests are left out, and a line says so; where the environment variable CI is set, its absence fails.
 */
import { execFile, spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const python: string | undefined = process.env.WELLBEGUN_SPARK;

/** A suite that needs Spark. */
export function describeWithSpark(name: string, suite: () => void): void {
  if (python !== undefined) {
    describe(name, suite);
    return;
  }
  const reason = "WELLBEGUN_SPARK names no Python with pyspark (CONTRIBUTING.md says how to install it)";
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** Why there is no Spark Connect, which needs pyspark's extra packages; undefined where there is. */
export const whyNoConnect: string | undefined =
  python === undefined || spawnSync(python, ["-c", "import pyspark.sql.connect.session"]).status === 0
    ? undefined
    : "the Python of WELLBEGUN_SPARK has no pyspark[connect] (tools/spark-peers.txt lists what it needs)";

/** A run of `job.py`. */
export interface JobRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** A file; the first worker that has written a part while it exists is killed. */
  readonly kill?: string;
}

/** Runs jobs one after the other in one process. Rejects with what Spark printed if one fails. */
export function runJobs(runs: readonly JobRun[]): Promise<string> {
  const marker = runs.find(({ kill }) => kill !== undefined)?.kill;
  const killing = marker === undefined ? {} : { PYTHONPATH: here("./kill"), WELLBEGUN_TEST_KILL: marker };
  return runPython([here("./run-jobs.py"), JSON.stringify(runs)], killing);
}

/** Runs a job as the client of a Spark Connect server, which is started for it. Rejects likewise. */
export function runConnected({ program, arguments: given }: JobRun): Promise<string> {
  return runPython([program, "--connect", "local[2]", ...given]);
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function runPython(args: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${dirname(python!)}${delimiter}${process.env.PATH}`,
    PYSPARK_PYTHON: python!,
    PYSPARK_DRIVER_PYTHON: python!,
    SPARK_LOCAL_IP: "127.0.0.1",
    // A JVM that lives for seconds starts faster with its first compiler alone.
    PYSPARK_SUBMIT_ARGS: "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell",
    ...more,
  };
  return new Promise((resolve, reject) => {
    execFile(python!, args, { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message.slice(0, 200)}\n${stdout}\n${stderr.slice(-6000)}`));
    });
  });
}
