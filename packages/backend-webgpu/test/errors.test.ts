import { isWellbegunError, type WellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { type WebgpuBackend, webgpu } from "../src/index.ts";
import { type FakeDevice, fakeDevice } from "./support/fake-device.ts";

async function failureOf(action: () => Promise<unknown>): Promise<WellbegunError> {
  const caught = await action().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isWellbegunError(caught)) throw new Error(`expected a typed error, found ${caught}`);
  return caught;
}

async function open(): Promise<FakeDevice & { backend: WebgpuBackend }> {
  const fake = fakeDevice();
  return { ...fake, backend: await webgpu({ gpu: fake.gpu }) };
}

it("An option that there is not is refused by name", async () => {
  const options = { powerPreferense: "low-power" } as object;
  const error = await failureOf(() => webgpu(options));
  expect(error.code).toBe("invalid-option");
  expect(error.message).toContain("Did you mean powerPreference?");
});

describe("A lack of memory", () => {
  it("for one matrix is a limit error with both sizes", async () => {
    const { backend } = await open();
    expect(backend.capabilities.maxMatrixBytes).toBe(2 ** 20);
    const error = await failureOf(() => backend.create(1024, 257));
    expect(error.code).toBe("limit");
    expect(error.message).toContain("1052672");
    expect(error.message).toContain("1048576");
    expect(error.message).toContain("maxBufferSize");
  });

  it("of the device is a limit error with the sizes, the action, and the device's words", async () => {
    const { backend, fail } = await open();
    await backend.create(64, 64);
    fail({ call: "createBuffer", filter: "out-of-memory", message: "no more" });
    const error = await failureOf(() => backend.create(100, 100));
    expect(error.code).toBe("limit");
    expect(error.message).toMatch(/creating a 100 x 100 matrix/i);
    expect(error.message).toMatch(/4\d{4} bytes/);
    expect(error.message).toContain("16384 bytes in use");
    expect(error.cause).toBe("no more");
  });

  it("makes the backend free idle buffers before an operation fails", async () => {
    const { backend, fail, buffers } = await open();
    (await backend.create(64, 64)).dispose();
    expect(backend.statistics().buffers).toBe(1);
    const before = buffers.size;
    fail({ call: "createBuffer", filter: "out-of-memory", message: "no more", times: 1 });
    await backend.create(100, 100);
    expect(backend.statistics().buffers).toBe(1);
    expect(buffers.size).toBe(before);
  });

  it("leaves no memory allocated to the assignment that met it", async () => {
    const { backend, device } = await open();
    const { createBuffer } = device;
    let calls = 0;
    device.createBuffer = (descriptor) => {
      if (calls++ === 2) throw new RangeError("no more");
      return createBuffer(descriptor);
    };
    expect((await failureOf(() => backend.createAssignment(1000, 3, 2))).code).toBe("limit");
    expect(backend.statistics().usedBytes).toBe(0);
  });

  it("while mapping for writing is a limit error", async () => {
    const { device, gpu } = fakeDevice();
    const backend = await webgpu({ gpu });
    const matrix = await backend.create(2, 2);
    device.createBuffer = () => {
      throw new RangeError("cannot map");
    };
    const error = await failureOf(() => backend.write(matrix, 0, 2, () => {}));
    expect(error.code).toBe("limit");
    expect(error.message).toContain("16 bytes");
    expect(error.cause).toBeInstanceOf(RangeError);
  });
});

describe("Refused commands", () => {
  it("are reported before a result is returned, with the name of the operation", async () => {
    const { backend, fail } = await open();
    const x = await backend.create(3, 2);
    fail({ call: "submit", filter: "validation", message: "bad binding", times: 1 });
    await backend.scaleRows(x, 2);
    const error = await failureOf(() => backend.read(x, 0, 3, () => 0));
    expect(error.code).toBe("unavailable");
    expect(error.message).toMatch(/scaling 3 x 2/i);
    expect(error.message).toContain("bad binding");
    expect(await backend.read(x, 0, 3, () => "read")).toBe("read");
  });

  it("leave no buffer mapped", async () => {
    const { device, gpu, fail } = fakeDevice();
    let mapped = 0;
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      const { mapAsync } = buffer;
      buffer.mapAsync = async (mode) => {
        await mapAsync(mode);
        mapped++;
      };
      buffer.unmap = () => void mapped--;
      return buffer;
    };
    const backend = await webgpu({ gpu });
    const x = await backend.create(3, 2);
    fail({ call: "submit", filter: "validation", message: "bad binding", times: 1 });
    await failureOf(() => backend.read(x, 0, 3, () => 0));
    expect(mapped).toBe(0);
  });

  it("include kernels that do not compile", async () => {
    const { backend, fail } = await open();
    const x = await backend.create(3, 2);
    fail({ call: "createShaderModule", filter: "validation", message: "unknown builtin" });
    const error = await failureOf(() => backend.rowNorms(x));
    expect(error.message).toMatch(/row norms/);
    expect(error.message).toContain("unknown builtin");
  });
});

describe("A lost device", () => {
  it("fails every operation with what the driver said", async () => {
    const { backend, lose } = await open();
    const x = await backend.create(3, 2);
    lose("driver reset");
    await Promise.resolve();
    for (const action of [
      () => backend.create(1, 1),
      () => backend.rowNorms(x),
      () => backend.read(x, 0, 3, () => 0),
    ]) {
      const error = await failureOf(action);
      expect(error.code).toBe("unavailable");
      expect(error.message).toContain("driver reset");
      expect(error.hint).toMatch(/create the backend again/i);
    }
  });

  it("is distinguished from a refusal when it is lost during an operation", async () => {
    const { backend, device, lose } = await open();
    const x = await backend.create(3, 2);
    const { createCommandEncoder } = device;
    device.createCommandEncoder = () => {
      lose("card removed");
      return createCommandEncoder();
    };
    const error = await failureOf(() => backend.read(x, 0, 3, () => 0));
    expect(error.code).toBe("unavailable");
    expect(error.message).toContain("card removed");
  });
});

describe("Disposing of the backend", () => {
  it("destroys every buffer and the device, once", async () => {
    const { backend, buffers, destroyed } = await open();
    await backend.create(5, 5);
    (await backend.create(50, 5)).dispose();
    await backend.dispose();
    await backend.dispose();
    expect(buffers.size).toBe(0);
    expect(destroyed()).toBe(1);
    expect((await failureOf(() => backend.create(1, 1))).code).toBe("disposed");
  });

  it("leaves a device open that the caller passed in, without the backend's buffers", async () => {
    const { device, buffers, destroyed } = fakeDevice();
    const backend = await webgpu({ device });
    expect(backend.capabilities.device).toBe("acme imaginary");
    await backend.create(5, 5);
    await backend.dispose();
    expect(buffers.size).toBe(0);
    expect(destroyed()).toBe(0);
  });
});
