import { type Backend, isWellbegunError, WellbegunError } from "@wellbegun/core";
import { goldenCase } from "./cases/golden.ts";
import { caseDefinitions } from "./cases/index.ts";
import { requiredDevices, runtimeName } from "./environment.ts";
import type { GoldenCase } from "./golden/golden-case.ts";
import { type Tolerances, tolerancesFor } from "./tolerances.ts";
import { type CaseDefinition, Trial } from "./trial.ts";

/** Cases that a backend is known to fail, and why. */
export interface Skip {
  /** The operation concerned, such as "topK". */
  readonly operation: string;
  /** The name of one case. Default: all cases of the operation. */
  readonly name?: string;
  /** Why; printed in the table. */
  readonly reason: string;
}

/** The backend under test, and the options of the suite. */
export interface ConformanceOptions {
  /** The backend's name, such as "cpu" or "onnx:cuda". */
  readonly name: string;
  /**
   * Makes a backend: once for the suite, and once more for each case that disposes of one. If it rejects with a
   * {@link WellbegunError} of the code `unavailable`, the device counts as absent, for the reason in its message.
   */
  readonly create: () => Promise<Backend>;
  /** The name of the device if it cannot be opened; a backend that opens reports its own. Default: `name`. */
  readonly device?: string;
  /** Tolerances that replace the defaults. */
  readonly tolerances?: Partial<Tolerances>;
  /**
   * Cases to leave out. A skip that matches no case is refused, so that outdated skips are noticed. Default:
   * none.
   */
  readonly skips?: readonly Skip[];
  /** Golden cases besides the tiny one of the suite. Default: none. */
  readonly golden?: readonly GoldenCase[];
  /** Names of devices whose absence is a failure. Default: {@link requiredDevices}. */
  readonly required?: readonly string[];
}

/** Why a case is not run. */
export interface Omission {
  readonly status: "skipped" | "absent";
  readonly reason: string;
}

/** One requirement on the backend, as a function for any test runner. */
export interface ConformanceCase {
  /** The method of `Backend` concerned; "device" for the device's presence. */
  readonly operation: string;
  readonly name: string;
  /** Why the case is not run; undefined if it is. */
  readonly omitted?: Omission;
  /**
   * Resolves if the backend passes; otherwise throws an error that says what was found. Cases may run in any
   * order, one at a time.
   */
  run(): Promise<void>;
}

/** The cases of one backend on one device. */
export interface ConformanceSuite {
  readonly backend: string;
  readonly device: string;
  readonly runtime: string;
  readonly cases: readonly ConformanceCase[];
  /** Disposes of the backend. */
  dispose(): Promise<void>;
}

/**
 * Opens the backend and lists its cases. It does not throw for a device that is absent or broken: the suite
 * then has one case for the device, which is absent, or fails if the device is required or `create` failed in
 * another way.
 *
 * @throws {WellbegunError} `invalid-option` if a skip concerns no case.
 */
export async function openSuite(options: ConformanceOptions): Promise<ConformanceSuite> {
  const skips = options.skips ?? [];
  const definitions = [...caseDefinitions, ...(options.golden ?? []).map(goldenCase)];
  for (const skip of skips) expectSkipApplies(skip, definitions);
  const runtime = runtimeName();
  let backend: Backend;
  try {
    backend = await options.create();
  } catch (error) {
    const cases = [absence(options, error)];
    const device = options.device ?? options.name;
    return { backend: options.name, device, runtime, cases, dispose: () => Promise.resolve() };
  }
  const tolerances = tolerancesFor(backend.capabilities, options.tolerances);
  const present: ConformanceCase = { operation: "device", name: "is present", run: () => Promise.resolve() };
  const cases = definitions.map((definition): ConformanceCase => {
    const skip = skips.find((candidate) => concerns(candidate, definition));
    const { operation, name } = definition;
    const omitted = skip === undefined ? lack(backend, operation) : skipped(skip);
    return {
      operation,
      name,
      ...(omitted === undefined ? {} : { omitted }),
      run: () => runOne(definition, new Trial(backend, options.create, tolerances)),
    };
  });
  const { device } = backend.capabilities;
  return {
    backend: options.name,
    device,
    runtime,
    cases: [present, ...cases],
    dispose: () => backend.dispose(),
  };
}

async function runOne(definition: CaseDefinition, trial: Trial): Promise<void> {
  try {
    await definition.run(trial);
  } finally {
    trial.release();
  }
}

/** The only case of a device that could not be opened. */
function absence(options: ConformanceOptions, error: unknown): ConformanceCase {
  const device = options.device ?? options.name;
  const reason = error instanceof Error ? error.message : String(error);
  const names = [options.name, device, `${options.name}/${device}`];
  const required = (options.required ?? requiredDevices()).find((name) => names.includes(name));
  const absent = isWellbegunError(error) && error.code === "unavailable";
  return {
    operation: "device",
    name: "is present",
    ...(absent && required === undefined ? { omitted: { status: "absent" as const, reason } } : {}),
    run: () => {
      return Promise.reject(
        new WellbegunError("unavailable", {
          doing: `opening ${options.name}`,
          expected: required === undefined ? "a backend" : `a backend, since "${required}" is required`,
          found: reason,
          cause: error,
        }),
      );
    },
  };
}

function skipped({ reason }: Skip): Omission {
  return { status: "skipped", reason };
}

/** Why the backend lacks an operation of an optional group; undefined if it has it. */
function lack(backend: Backend, operation: string): Omission | undefined {
  if (!operation.startsWith("training.") || backend.training !== undefined) return undefined;
  return { status: "absent", reason: `${backend.name} has no operations of training` };
}

function concerns(skip: Skip, definition: CaseDefinition): boolean {
  return (
    skip.operation === definition.operation && (skip.name === undefined || skip.name === definition.name)
  );
}

function expectSkipApplies(skip: Skip, definitions: readonly CaseDefinition[]): void {
  if (definitions.some((definition) => concerns(skip, definition))) return;
  throw new WellbegunError("invalid-option", {
    doing: "reading the list of skips",
    expected: "an operation, and perhaps the name of a case, of the suite",
    found: skip.name === undefined ? `"${skip.operation}"` : `"${skip.operation}", "${skip.name}"`,
    at: "skips",
  });
}
