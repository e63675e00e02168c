import { pathToFileURL } from "node:url";
import { isWellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { probeTfjs, type TensorFlow, type TfjsBackendName, type TfjsOptions, tfjs } from "../src/index.ts";
import { openTfjs } from "../src/open.ts";
import { filled } from "./support/filled.ts";
import { findPeer, tensorFlowFor } from "./support/peers.ts";

const names: readonly TfjsBackendName[] = ["cpu", "wasm", "webgpu", "node", "node-gpu"];

/** An import that finds the given packages where the tests find theirs, and no others. */
function importOf(
  ...present: readonly string[]
): (name: string) => Promise<Readonly<Record<string, unknown>>> {
  return async (name) => {
    if (present.includes(name)) return await import(pathToFileURL(findPeer(name)!).href);
    throw Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" });
  };
}

/** `tf` with some of its members replaced. */
function withMembers(tf: TensorFlow, members: Partial<TensorFlow>): TensorFlow {
  return new Proxy(tf, { get: (target, name) => Reflect.get(name in members ? members : target, name) });
}

async function errorOf(action: Promise<unknown>): Promise<unknown> {
  return await action.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it("An option that there is not is refused by name", async () => {
  const options = { backends: "cpu" } as object;
  await expect(tfjs(options)).rejects.toThrow("Did you mean backend?");
});

describe("Absent packages", () => {
  it.each([
    ["cpu", "@tensorflow/tfjs-core"],
    ["wasm", "@tensorflow/tfjs-core"],
    ["node", "@tensorflow/tfjs-node"],
    ["node-gpu", "@tensorflow/tfjs-node-gpu"],
  ] as const)(
    "give an error on %s that names %s, the command that installs it, and the cause",
    async (backend, name) => {
      const error = await errorOf(openTfjs({ backend }, { importModule: importOf() }));
      expect(error).toMatchObject({ code: "unavailable", cause: { code: "ERR_MODULE_NOT_FOUND" } });
      expect(`${error}`).toContain(`npm install ${name}`);
      expect(`${error}`).toContain("no such package");
    },
  );

  it("are listed with everything that was tried where no backend is named", async () => {
    const error = await errorOf(openTfjs({}, { importModule: importOf() }));
    expect(error).toMatchObject({ code: "unavailable" });
    expect(`${error}`).toMatch(/wasm: .*cpu: .*npm install @tensorflow\/tfjs-core/);
  });

  it("are distinguished from packages that do not load", async () => {
    const importModule = (): Promise<never> =>
      Promise.reject(new Error("tfjs_binding.node can not be found"));
    const error = await errorOf(openTfjs({ backend: "node" }, { importModule }));
    expect(error).toMatchObject({ code: "unavailable" });
    expect(`${error}`).toContain("does not load: tfjs_binding.node can not be found");
    expect(`${error}`).toContain("build-tfjs-node.sh");
  });

  it("are not reported on webgpu before navigator.gpu is found missing", async () => {
    const error = await errorOf(openTfjs({ backend: "webgpu" }, { importModule: importOf() }));
    expect(error).toMatchObject({ code: "unavailable" });
    expect(`${error}`).toContain("expected navigator.gpu, found none");
  });

  it("never make the probe throw", async () => {
    const found = await probeTfjs({ backends: names });
    expect(found.map(({ backend }) => backend)).toEqual(names);
    for (const { available, reason, device } of found) {
      expect(available ? device : reason).toMatch(/./);
    }
  });
});

it("tfjs refuses an unknown name of a backend", async () => {
  const wrong: TfjsOptions = JSON.parse('{ "backend": "webgl" }');
  await expect(tfjs(wrong)).rejects.toMatchObject({ code: "invalid-option", at: "backend" });
});

const tf = tensorFlowFor("wasm");
if (tf !== undefined) {
  tensorFlowFor("cpu");

  describe("tfjs with its packages", () => {
    it("imports them, wasm before cpu", async () => {
      const core = "@tensorflow/tfjs-core";
      const both = importOf(core, "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-wasm");
      const first = await openTfjs({}, { importModule: both });
      const second = await openTfjs({}, { importModule: importOf(core, "@tensorflow/tfjs-backend-cpu") });
      expect([first.name, second.name]).toEqual(["tfjs:wasm", "tfjs:cpu"]);
      await first.dispose();
      await second.dispose();
    });

    it("takes the active backend of the given module", async () => {
      for (const name of ["cpu", "wasm"]) {
        await tf.setBackend(name);
        const backend = await tfjs({ tf });
        expect(backend.name).toBe(`tfjs:${name}`);
        await backend.dispose();
      }
    });

    it("restores the active backend, and leaves the tensors of others alone", async () => {
      await tf.setBackend("cpu");
      const theirs = tf.ones([2, 2]);
      const backend = await tfjs({ tf, backend: "wasm" });
      expect(tf.getBackend()).toBe("cpu");
      expect([...(await backend.rowNorms(await filled(backend, 2, [3, 4, 6, 8])))]).toEqual([5, 10]);
      expect(tf.getBackend()).toBe("cpu");
      await backend.dispose();
      expect([...(await theirs.data())]).toEqual([1, 1, 1, 1]);
      theirs.dispose();
    });

    it("runs two backends side by side", async () => {
      const a = await tfjs({ tf, backend: "cpu" });
      const b = await tfjs({ tf, backend: "wasm" });
      const before = tf.memory().numTensors;
      const [x, y] = [await filled(a, 2, [1, 2]), await filled(b, 2, [3, 4])];
      await a.scaleRows(x, 2);
      await b.scaleRows(y, 2);
      expect([...(await a.read(x, 0, 1, (view) => view.slice()))]).toEqual([2, 4]);
      expect([...(await b.read(y, 0, 1, (view) => view.slice()))]).toEqual([6, 8]);
      await expect(a.rowNorms(y)).rejects.toMatchObject({ code: "mismatch" });
      await a.dispose();
      await b.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it("restores the active backend also where another one does not start", async () => {
      await tf.setBackend("cpu");
      const matMul = (): never => {
        throw new Error("no device");
      };
      const failing = tfjs({ tf: withMembers(tf, { matMul }), backend: "wasm" });
      await expect(failing).rejects.toMatchObject({ code: "unavailable" });
      const unknown = tfjs({ tf, backend: "node" });
      await expect(unknown).rejects.toMatchObject({ code: "unavailable" });
      expect(tf.getBackend()).toBe("cpu");
    });

    it("says so where the module does not have the backend, or no known active one", async () => {
      const error = await errorOf(tfjs({ tf, backend: "webgpu" }));
      expect(error).toMatchObject({ code: "unavailable" });
      expect(`${error}`).toContain("@tensorflow/tfjs-backend-webgpu");
      const idle = withMembers(tf, { setBackend: () => Promise.resolve(false) });
      await expect(tfjs({ tf: idle, backend: "cpu" })).rejects.toMatchObject({ code: "unavailable" });
      const webgl = withMembers(tf, { getBackend: () => "webgl" });
      await expect(tfjs({ tf: webgl })).rejects.toMatchObject({ code: "invalid-option", at: "tf" });
    });

    it("refuses products that are not in float32", async () => {
      // As TF32 rounds its operands: to 11 significant bits.
      const rounded = (): ReturnType<TensorFlow["matMul"]> => tf.fill([64, 64], 1, "float32");
      const error = await errorOf(tfjs({ tf: withMembers(tf, { matMul: rounded }), backend: "cpu" }));
      expect(error).toMatchObject({ code: "unavailable" });
      expect(`${error}`).toContain("NVIDIA_TF32_OVERRIDE=0");
    });

    it("suggests a workaround where tfjs-node calls a function that this Node lacks", async () => {
      const matMul = (): never => {
        throw new TypeError("(0 , util_1.isNullOrUndefined) is not a function");
      };
      const error = await errorOf(tfjs({ tf: withMembers(tf, { matMul }), backend: "cpu" }));
      expect(error).toMatchObject({ code: "unavailable", cause: { name: "TypeError" } });
      expect(`${error}`).toContain("Node 22 and earlier");
    });

    it("recognizes tfjs-node on a GPU, which has the name of tfjs-node on the CPU, by its device", async () => {
      for (const [isUsingGpuDevice, name] of [
        [false, "tfjs:node"],
        [true, "tfjs:node-gpu"],
      ] as const) {
        const pretended = withMembers(tf, {
          getBackend: () => "tensorflow",
          setBackend: () => Promise.resolve(true),
          backend: () => ({ isUsingGpuDevice }),
        });
        const backend = await tfjs({ tf: pretended });
        expect(backend.name).toBe(name);
        await backend.dispose();
      }
    });

    it("refuses a software GPU", async () => {
      const backend = (): object => ({ isUsingGpuDevice: false });
      const pretended = withMembers(tf, { setBackend: () => Promise.resolve(true), backend });
      const error = await errorOf(tfjs({ tf: pretended, backend: "node-gpu" }));
      expect(error).toMatchObject({ code: "unavailable" });
      expect(`${error}`).toContain("CUDA 11.2");
    });

    it("gives a limit error with the sizes when memory runs out", async () => {
      const backend = await tfjs({ tf, backend: "wasm" });
      const { maxMatrixBytes, maxTotalBytes } = backend.capabilities;
      // Nothing is allocated before it is written.
      const rows = 2 ** 20;
      const held = await Promise.all(
        [1, 2, 3, 4].map(() => backend.create(rows, maxTotalBytes! / (16 * rows))),
      );
      const error = await errorOf(backend.create(1, 1));
      expect(error).toMatchObject({ code: "limit" });
      expect(`${error}`).toContain(`${maxTotalBytes}`);
      for (const matrix of held) matrix.dispose();
      await expect(backend.create(rows, maxMatrixBytes! / (4 * rows) + 1)).rejects.toMatchObject({
        code: "limit",
      });
      await backend.dispose();

      const full = (): never => {
        throw new RangeError("Array buffer allocation failed");
      };
      let failing = false;
      const mul: TensorFlow["mul"] = (a, b) => (failing ? full() : tf.mul(a, b));
      const small = await tfjs({ tf: withMembers(tf, { mul }), backend: "cpu" });
      const x = await filled(small, 2, [1, 2]);
      failing = true;
      const failure = await errorOf(small.scaleRows(x, 2));
      expect(failure).toMatchObject({ code: "limit", cause: { message: "Array buffer allocation failed" } });
      failing = false;
      await small.scaleRows(x, 2);
      expect([...(await small.read(x, 0, 1, (view) => view.slice()))]).toEqual([2, 4]);
      await small.dispose();
    });

    it("passes on errors that do not concern memory, and leaves no tensor behind", async () => {
      const reason = new TypeError("isNullOrUndefined is not a function");
      const square = (): never => {
        throw reason;
      };
      const backend = await tfjs({ tf: withMembers(tf, { square }), backend: "cpu" });
      const x = await filled(backend, 2, [1, 2]);
      const { numTensors } = tf.memory();
      const error = await errorOf(backend.rowNorms(x));
      expect(error).toBe(reason);
      expect(isWellbegunError(error)).toBe(false);
      expect(tf.memory().numTensors).toBe(numTensors);
      await backend.dispose();
    });
  });
}
