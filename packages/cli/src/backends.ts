import { type Backend, cpu, isWellbegunError, WellbegunError, wasm } from "@wellbegun/core";

/** Names that `--backend` takes. */
export type BackendChoice = "auto" | BackendName;
type BackendName = "wasm" | "cpu" | "webgpu" | "onnx" | "tfjs";

/** One way to compute. */
interface Candidate {
  readonly name: BackendName;
  /** Starts it; throws if it is not there, with the reason. */
  readonly open: () => Promise<Backend>;
}

/** The candidates. `auto` takes the first of core's own: what a user did not choose is never loaded. */
const candidates: readonly Candidate[] = [
  { name: "wasm", open: () => wasm() },
  { name: "cpu", open: async () => cpu() },
  { name: "webgpu", open: () => openPackage("webgpu") },
  { name: "onnx", open: () => openPackage("onnx") },
  { name: "tfjs", open: () => openPackage("tfjs") },
];
const automatic: readonly BackendName[] = ["wasm", "cpu"];

/** What `--backend` takes. */
export const backendChoices: readonly BackendChoice[] = ["auto", ...candidates.map(({ name }) => name)];

/**
 * Starts the backend that was asked for. Dispose of it afterwards.
 *
 * @throws {WellbegunError} `unavailable` if it is not there, with the reason and, for a package, the command that
 * installs it.
 */
export async function openBackend(choice: BackendChoice): Promise<Backend> {
  const names = choice === "auto" ? automatic : [choice];
  const failures: unknown[] = [];
  for (const { name, open } of candidates) {
    if (!names.includes(name)) continue;
    try {
      return await open();
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures.at(-1);
}

/** Whether a backend is there. */
export interface BackendStatus {
  readonly name: string;
  readonly available: boolean;
  /** Whether `--backend auto` takes it here. */
  readonly automatic: boolean;
  /** What runs the operations; null for an absent backend. */
  readonly device: string | null;
  readonly threads: number | null;
  /** Why it is not there; null for one that is. */
  readonly reason: string | null;
  /** What to do about it, if anything. */
  readonly hint: string | null;
}

/** Tries every backend. Never throws: an absent one is described by its reason. */
export async function probeBackends(): Promise<BackendStatus[]> {
  const found: BackendStatus[] = [];
  for (const { name, open } of candidates) {
    const first = !found.some((one) => one.automatic);
    try {
      const backend = await open();
      const { device, threads = 1 } = backend.capabilities;
      await backend.dispose();
      const taken = first && automatic.includes(name);
      found.push({ name, available: true, automatic: taken, device, threads, reason: null, hint: null });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const hint = isWellbegunError(error) ? (error.hint ?? null) : null;
      // What was being done goes without saying here, and the hint stands by itself.
      const reason = message.replace(/^Starting the \w+ backend: /, "").replace(` ${hint}`, "");
      found.push({
        name,
        available: false,
        automatic: false,
        device: null,
        threads: null,
        reason,
        hint,
      });
    }
  }
  return found;
}

/** A backend of a package that need not be installed: its factory has the backend's name. */
async function openPackage(name: BackendName): Promise<Backend> {
  const specifier = `@wellbegun/backend-${name}`;
  const doing = `starting the ${name} backend`;
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await import(specifier);
  } catch (cause) {
    const absent = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new WellbegunError("unavailable", {
      doing,
      expected: specifier,
      found: absent ? "no such package" : cause instanceof Error ? cause.message : String(cause),
      hint: `Install it: npm install ${specifier}`,
      cause,
    });
  }
  const factory = loaded[name];
  if (typeof factory === "function") return await factory();
  throw new WellbegunError("unavailable", {
    doing,
    expected: `a function ${name} in ${specifier}`,
    found: `${typeof factory}`,
    hint: `Install the version that belongs to this one: npm install ${specifier}`,
  });
}
