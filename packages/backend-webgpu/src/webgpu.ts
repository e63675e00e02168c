import { WellbegunError } from "@wellbegun/core";
import { type Backend, checkedBackend, messageOf } from "@wellbegun/core/backend";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { deviceOn } from "./device.ts";
import { Engine } from "./engine.ts";
import { findGpu } from "./find-gpu.ts";
import { GpuDevice } from "./gpu-device.ts";
import type { GPUAdapterInfoLike, GPUAdapterLike, GPUDeviceLike, GPULike } from "./gpu-types.ts";
import { requiredLimits } from "./limits.ts";
import type { WebgpuStatistics } from "./traffic.ts";

/** A backend on a GPU, which also counts the bytes moved to and from the device. */
export interface WebgpuBackend extends Backend {
  /** Bytes moved so far, and buffers held. */
  statistics(): WebgpuStatistics;
}

/** Where {@link webgpu} and {@link probeWebgpu} look for a device. */
export interface AdapterOptions {
  /**
   * The object to request an adapter from. Default: `navigator.gpu`; in Node, where there is none, the package
   * `webgpu`.
   */
  readonly gpu?: GPULike | undefined;
  /** Which GPU to take where there are several. Default: `high-performance`. */
  readonly powerPreference?: "high-performance" | "low-power" | undefined;
  /** Take a software adapter even where there is a GPU. Default: false. */
  readonly forceFallbackAdapter?: boolean | undefined;
  /** Flags for Dawn in Node, such as `adapter=NVIDIA` or `backend=vulkan`; unused elsewhere. Default: none. */
  readonly dawnFlags?: readonly string[] | undefined;
}

/** Options of {@link webgpu}. */
export interface WebgpuOptions extends AdapterOptions {
  /**
   * A device to use, which stays open when the backend is disposed of. Its limits hold: ask for the adapter's
   * largest `maxBufferSize` and `maxStorageBufferBindingSize`, or matrices are bounded by the defaults.
   * Default: a new device with the adapter's limits.
   */
  readonly device?: GPUDeviceLike | undefined;
}

const adapterNames = namesOf<AdapterOptions>({
  gpu: true,
  powerPreference: true,
  forceFallbackAdapter: true,
  dawnFlags: true,
});
const optionNames = [
  ...adapterNames,
  ...namesOf<Omit<WebgpuOptions, keyof AdapterOptions>>({ device: true }),
];

/**
 * The GPU backend: WGSL compute kernels on the runtime's WebGPU. Products are float32; sums over rows, norms
 * and distances have twice that precision; labels equal those of float64 distances.
 *
 * @throws {WellbegunError} `unavailable` if there is no WebGPU, no adapter or no device, with a hint; `invalid-option` for an option that
 * there is not.
 */
export async function webgpu(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  refuseUnknownKeys("starting the webgpu backend", options, optionNames);
  if (options.device !== undefined) {
    return openOn(new GpuDevice(options.device), options.device.adapterInfo);
  }
  const { adapter, gpu } = await requestAdapter(options);
  const raw = await requestDevice(adapter, options);
  return openOn(new GpuDevice(raw, gpu), adapter.info);
}

function openOn(device: GpuDevice, info: GPUAdapterInfoLike | undefined): WebgpuBackend {
  const engine = new Engine(device);
  const backend = checkedBackend(deviceOn(engine, deviceName(info), isSoftware(info)));
  return Object.assign(backend, { statistics: () => engine.statistics() });
}

/** The result of {@link probeWebgpu}. */
export interface WebgpuProbe {
  readonly available: boolean;
  /** Why not, and what to do about it. */
  readonly reason?: string;
  /** The adapter's name, such as "SwiftShader". */
  readonly device?: string;
  /** Whether it is software on the CPU. */
  readonly software?: boolean;
  /** The limits that a backend would have. */
  readonly limits?: Readonly<Record<string, number>>;
  /** The adapter's optional features, such as `subgroups` and `shader-f16`. */
  readonly features?: readonly string[];
}

/** Reports whether {@link webgpu} can find a device. Never throws; opens no device. */
export async function probeWebgpu(options: AdapterOptions = {}): Promise<WebgpuProbe> {
  try {
    const { adapter } = await requestAdapter(options);
    return {
      available: true,
      device: deviceName(adapter.info),
      software: isSoftware(adapter.info),
      limits: requiredLimits(adapter.limits),
      features: [...adapter.features].sort(),
    };
  } catch (error) {
    return { available: false, reason: messageOf(error) };
  }
}

async function requestAdapter(options: AdapterOptions): Promise<{ adapter: GPUAdapterLike; gpu: GPULike }> {
  const gpu = options.gpu ?? (await findGpu(options.dawnFlags ?? []));
  const adapter = await gpu
    .requestAdapter({
      powerPreference: options.powerPreference ?? "high-performance",
      forceFallbackAdapter: options.forceFallbackAdapter ?? false,
    })
    .catch((cause: unknown) => {
      throw noAdapter(`a failure: ${messageOf(cause)}`, cause);
    });
  if (adapter === null) throw noAdapter("none");
  return { adapter, gpu };
}

/** A device with the adapter's limits; where an implementation refuses them, one with the defaults. */
async function requestDevice(adapter: GPUAdapterLike, options: AdapterOptions): Promise<GPUDeviceLike> {
  const label = "wellbegun";
  try {
    return await adapter.requestDevice({ label, requiredLimits: requiredLimits(adapter.limits) });
  } catch (cause) {
    // An adapter gives one device only, and a failed attempt may count.
    const fresh = await requestAdapter(options);
    return await fresh.adapter.requestDevice({ label }).catch(() => {
      throw new WellbegunError("unavailable", {
        doing: "opening a GPU device",
        expected: `a device of ${deviceName(adapter.info)}`,
        found: `a failure: ${messageOf(cause)}`,
        cause,
      });
    });
  }
}

function noAdapter(found: string, cause?: unknown): WellbegunError {
  return new WellbegunError("unavailable", {
    doing: "looking for a GPU",
    expected: "an adapter",
    found,
    hint: "It takes a driver for Vulkan (with libvulkan.so.1 on Linux), Metal or Direct3D 12.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The adapter's name for users; runtimes fill in different fields of its description, some with PCI numbers. */
function deviceName(info: GPUAdapterInfoLike | undefined): string {
  if (info === undefined) return "unknown GPU";
  const { vendor, architecture, device, description } = info;
  if (/swiftshader/i.test(`${architecture} ${description}`)) return "SwiftShader";
  const name = [vendor, device || architecture].filter((part) => /\D/.test(part)).join(" ");
  if (name === "") return description || "unknown GPU";
  return description === "" ? name : `${name} (${description})`;
}

function isSoftware(info: GPUAdapterInfoLike | undefined): boolean {
  if (info === undefined) return false;
  const { architecture, description, isFallbackAdapter } = info;
  return (
    isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(`${architecture} ${description}`)
  );
}
