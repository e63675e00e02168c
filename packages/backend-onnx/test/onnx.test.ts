import { isWellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { type OrtRuntime, type OrtTensor, onnx, probeOnnx } from "../src/index.ts";
import { expectRefusal } from "./support/errors.ts";
import { peerFor } from "./support/peers.ts";

/** How a runtime that is not there behaves. */
interface Behavior {
  /** What creating a session on a provider throws; by default none starts. */
  readonly create?: (provider: string) => Error | undefined;
  /** What becomes of the values of a product, or what running throws. */
  readonly result?: (value: number) => number | Error;
  readonly node?: boolean;
}

/** A runtime that multiplies by the identity alone, which is what a start asks for, and records what it was asked. */
function fakeRuntime({ create, result = (value) => value, node = true }: Behavior) {
  const tried: string[] = [];
  const options: Record<string, unknown>[] = [];
  let open = 0;
  const runtime: OrtRuntime = {
    ...(node ? { listSupportedBackends: () => [] } : {}),
    env: { versions: { common: "1.2.3" }, wasm: {} },
    Tensor: class {
      readonly data: Float32Array;
      constructor(data: Float32Array) {
        this.data = data;
      }
    },
    InferenceSession: {
      async create(_, given) {
        const [provider] = given.executionProviders;
        tried.push(provider!);
        options.push({ ...given });
        const failure = create?.(provider!);
        if (failure !== undefined) throw failure;
        open++;
        return {
          async run({ a }, { y }) {
            const values = (a!.data as Float32Array).map((value) => {
              const made = result(value);
              if (made instanceof Error) throw made;
              return made;
            });
            if (y === null) return { y: { data: values } satisfies OrtTensor };
            (y!.data as Float32Array).set(values);
            return { y: y! };
          },
          async release() {
            open--;
          },
        };
      },
    },
  };
  return { runtime, tried, options, open: () => open };
}

it("An option that there is not is refused by name", async () => {
  const options = { executionProvider: ["cpu"] } as object;
  await expect(onnx(options)).rejects.toThrow("Did you mean executionProviders?");
});

describe("The options of onnx", () => {
  it.each([
    [{ executionProviders: [] }, "executionProviders", "an empty list"],
    [{ executionProviders: ["opencl"] }, "executionProviders", "opencl"],
    [{ threads: 0 }, "threads", "0"],
    [{ threads: 1.5 }, "threads", "1.5"],
    [{ runtime: { version: 3 } }, "runtime", "an object with version"],
  ])("are refused as %j, and the error names the option", async (options, at, found) => {
    const error = await expectRefusal(() => onnx(options as object), "invalid-option", found);
    expect(error.at).toBe(at);
  });
});

describe("Execution providers", () => {
  const absent = (provider: string): Error => new Error(`${provider} is not here\nat somewhere`);

  it.each([
    [true, ["cuda", "webgpu", "cpu"]],
    [false, ["webgpu", "wasm"]],
  ])("are tried in the stated order (onnxruntime-node: %s)", async (node, order) => {
    const { runtime, tried } = fakeRuntime({ create: absent, node });
    const error = await expectRefusal(
      () => onnx({ runtime }),
      "unavailable",
      ...order.map((name) => `${name} is not here`),
    );
    expect(tried).toEqual(order);
    expect(error.cause).toBeInstanceOf(AggregateError);
  });

  it("are tried in the order of the option, and the first that starts is taken", async () => {
    const { runtime, tried } = fakeRuntime({
      create: (provider) => (provider === "webgpu" ? absent(provider) : undefined),
    });
    const backend = await onnx({ runtime, executionProviders: ["webgpu", "cpu", "cuda"], threads: 3 });
    expect(tried).toEqual(["webgpu", "cpu"]);
    expect(backend.name).toBe("onnx:cpu");
    expect(backend.capabilities).toMatchObject({ device: "cpu, ONNX Runtime 1.2.3", threads: 3 });
    await backend.dispose();
  });

  it("of another package are refused", async () => {
    const { runtime } = fakeRuntime({});
    await expectRefusal(
      () => onnx({ runtime, executionProviders: ["wasm"] }),
      "unavailable",
      "cuda, webgpu, cpu",
    );
  });

  it("get the number of threads, and devices may not leave their work to the CPU", async () => {
    const { runtime, options } = fakeRuntime({});
    for (const provider of ["cpu", "cuda"] as const) {
      await (await onnx({ runtime, executionProviders: [provider], threads: 2 })).dispose();
    }
    expect(options[0]).toMatchObject({ intraOpNumThreads: 2 });
    expect(options[0]).not.toHaveProperty("extra.session.disable_cpu_ep_fallback");
    expect(options[1]).toMatchObject({ extra: { session: { disable_cpu_ep_fallback: "1" } } });
  });

  it("are refused where they round operands to TF32, with a hint", async () => {
    // TF32 has ten bits after the point.
    const { runtime, open } = fakeRuntime({ result: (value) => Math.round(value * 1024) / 1024 });
    const error = await expectRefusal(
      () => onnx({ runtime, executionProviders: ["cuda"] }),
      "unavailable",
      "products in float32",
    );
    expect(error.hint).toContain("NVIDIA_TF32_OVERRIDE=0");
    expect(open()).toBe(0);
  });
});

describe("Failures of a run", () => {
  it.each([
    ["limit", "Failed to allocate memory for requested buffer of size 8589934592"],
    ["unavailable", "the device was lost"],
  ] as const)("become the error %s, with the sizes", async (code, message) => {
    let broken = false;
    const { runtime } = fakeRuntime({ result: (value) => (broken ? new Error(message) : value) });
    const backend = await onnx({ runtime, executionProviders: ["cpu"] });
    broken = true;
    const [a, b, out] = [
      await backend.create(512, 256),
      await backend.create(256, 64),
      await backend.create(512, 64),
    ];
    const error = await expectRefusal(() => backend.multiply(a, b, out), code, message);
    expect(error.at).toBe("a, b and y of 512 x 256, 256 x 64, 512 x 64");
    expect((error.cause as Error).message).toBe(message);
    await backend.dispose();
  });
});

describe("probeOnnx", () => {
  it("never throws, and describes a module that is not a runtime", async () => {
    const runtime = { version: 3 } as object as OrtRuntime;
    const probe = await probeOnnx({ runtime });
    expect(probe).toMatchObject({ available: false, providers: [] });
    expect(probe.reason).toContain("an object with version");
  });

  it("says of every provider whether it starts, and why not", async () => {
    const { runtime, open } = fakeRuntime({
      create: (provider) => (provider === "cpu" ? undefined : new Error(`no ${provider}`)),
    });
    const probe = await probeOnnx({ runtime });
    expect(probe).toMatchObject({ available: true, runtime: "onnxruntime-node", version: "1.2.3" });
    expect(probe.providers.map(({ name, available }) => [name, available])).toEqual([
      ["cuda", false],
      ["webgpu", false],
      ["cpu", true],
    ]);
    expect(probe.providers[0]!.reason).toContain("no cuda");
    expect(open()).toBe(0);
  });

  it("says so where no provider starts", async () => {
    const { runtime } = fakeRuntime({ create: () => new Error("none") });
    expect(await probeOnnx({ runtime })).toMatchObject({
      available: false,
      reason: "no execution provider starts",
    });
  });
});

const peer = await peerFor("the runtime that is installed", "onnxruntime-node");
if (peer !== undefined) {
  describe("the runtime that is installed", () => {
    it("is accepted as a module's namespace with a default export, and as the result of require", async () => {
      for (const runtime of [peer, { default: peer }]) {
        const backend = await onnx({ runtime: runtime as OrtRuntime, executionProviders: ["cpu"] });
        expect(backend.name).toBe("onnx:cpu");
        await backend.dispose();
      }
    });

    it("is probed: the CPU provider starts, and the others start or have a reason", async () => {
      const { available, version, providers } = await probeOnnx({ runtime: peer });
      expect(available).toBe(true);
      expect(version).toBe(peer.env.versions.common);
      for (const { name, available: starts, reason } of providers) {
        expect(starts || (reason ?? "").length > 0, name).toBe(true);
      }
      expect(providers.find(({ name }) => name === "cpu")).toMatchObject({ available: true });
    });

    it("works on while another backend of the process is disposed of", async () => {
      const first = await onnx({ runtime: peer, executionProviders: ["cpu"] });
      const second = await onnx({ runtime: peer, executionProviders: ["cpu"] });
      const x = await first.create(3, 2);
      const error = await second.rowNorms(x).catch((thrown: unknown) => thrown);
      expect(isWellbegunError(error) && error.code).toBe("mismatch");
      await second.dispose();
      expect([...(await first.rowNorms(x))]).toEqual([0, 0, 0]);
      await first.dispose();
    });
  });
}
