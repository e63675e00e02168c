/** The globals by which the suite recognizes the runtime, without depending on any runtime's types. */
interface Runtimes {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly versions?: { readonly node?: string };
  };
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
  readonly navigator?: { readonly userAgent?: string };
}

const runtimes: Runtimes = globalThis;

/** The runtime and its version, such as "node 20.20.2", "deno 2.5.0", "bun 1.3.0" or "chrome 140". */
export function runtimeName(): string {
  const { process, Deno, Bun, navigator } = runtimes;
  // Deno and Bun also have a process with Node's version in it.
  if (Deno !== undefined) return `deno ${Deno.version.deno}`;
  if (Bun !== undefined) return `bun ${Bun.version}`;
  if (process?.versions?.node !== undefined) return `node ${process.versions.node}`;
  const browser = /(Firefox|Edg|Chrome|Version)\/(\d+)/.exec(navigator?.userAgent ?? "");
  if (browser === null) return "unknown";
  const name = browser[1] === "Version" ? "safari" : browser[1]!.toLowerCase();
  return `${name} ${browser[2]}`;
}

/**
 * The devices that must be present: the names in the variable `WELLBEGUN_REQUIRED_DEVICES`, separated by commas. A
 * name is that of a backend ("webgpu"), of a device ("SwiftShader"), or both ("webgpu/SwiftShader").
 *
 * @param env The environment. Default: that of the process; in a browser, which has none, nothing is required. Deno
 * asks for `--allow-env=WELLBEGUN_REQUIRED_DEVICES`.
 */
export function requiredDevices(
  env: Readonly<Record<string, string | undefined>> = runtimes.process?.env ?? {},
): readonly string[] {
  const names = env.WELLBEGUN_REQUIRED_DEVICES ?? "";
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
