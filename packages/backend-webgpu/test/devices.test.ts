import { isWellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";

const { gpu } = await findDawn();

describe.skipIf(gpu === undefined)("Real devices", () => {
  const filled = [3, 4, 0, 5];

  it("serve several backends in one process, each with its own matrices", async () => {
    const [a, b] = await Promise.all([webgpu({ gpu }), webgpu({ gpu })]);
    const x = await a.create(2, 2);
    const y = await b.create(2, 2);
    await Promise.all([
      a.write(x, 0, 2, (into) => into.set(filled)),
      b.write(y, 0, 2, (into) => into.set(filled.map((value) => 2 * value))),
    ]);
    const norms = await Promise.all([a.rowNorms(x), b.rowNorms(y)]);
    expect(norms.map((values) => [...values])).toEqual([
      [5, 5],
      [10, 10],
    ]);
    await a.dispose();
    expect([...(await b.rowNorms(y))]).toEqual([10, 10]);
    await b.dispose();
  });

  it("serve one backend after the other where the caller passes them in, and stay open", async () => {
    const device = await (await gpu!.requestAdapter())!.requestDevice();
    for (let round = 0; round < 2; round++) {
      const backend = await webgpu({ device });
      const x = await backend.create(2, 2);
      await backend.write(x, 0, 2, (into) => into.set(filled));
      expect([...(await backend.rowNorms(x))]).toEqual([5, 5]);
      await backend.dispose();
    }
    device.destroy();
  });

  it("give a typed error after others destroy them", async () => {
    const device = await (await gpu!.requestAdapter())!.requestDevice();
    const backend = await webgpu({ device });
    const x = await backend.create(2, 2);
    device.destroy();
    await device.lost;
    const error = await backend.rowNorms(x).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isWellbegunError(error) && error.code).toBe("unavailable");
    expect((error as Error).message).toMatch(/lost/);
    await backend.dispose();
  });
});
