import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { wasm } from "../src/backend/wasm/index.ts";
import { ArrayCache } from "../src/backend/wasm/runtime/array-cache.ts";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";

const MEGABYTE = 2 ** 20;

describe.each([false, true])("The heap, shared: %s,", (shared) => {
  it("allocates aligned blocks that never overlap, whatever is released in between", async () => {
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 0, max: 4 * MEGABYTE }), release: fc.option(fc.nat(9)) }),
      { maxLength: 20 },
    );
    const property = fc.asyncProperty(steps, async (list) => {
      const heap = new Heap(shared);
      const blocks: { start: number; end: number }[] = [];
      for (const [i, { bytes, release }] of list.entries()) {
        const zeros = i % 2 === 0;
        const start = await (zeros ? heap.allocateZeros(bytes, "testing") : heap.allocate(bytes, "testing"));
        const end = start + bytes;
        expect(start).toBeGreaterThan(0);
        expect(start % 64).toBe(0);
        expect(end).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
        expect(blocks.filter((other) => start < other.end && other.start < end)).toEqual([]);
        const content = Buffer.from(heap.memory.buffer, start, bytes);
        if (zeros) expect(content.equals(Buffer.alloc(bytes))).toBe(true);
        content.fill(1);
        blocks.push({ start, end });
        if (release !== null && release < blocks.length) heap.release(blocks.splice(release, 1)[0]!.start);
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it("merges released blocks, so that many small ones make room for a large one", async () => {
    const heap = new Heap(shared);
    const addresses: number[] = [];
    for (let i = 0; i < 64; i++) addresses.push(await heap.allocate(MEGABYTE, "testing"));
    const end = heap.memory.buffer.byteLength;
    for (const i of [...addresses.keys()].sort((a, b) => ((a * 29) % 64) - ((b * 29) % 64))) {
      heap.release(addresses[i]!);
    }
    await heap.allocate(63 * MEGABYTE, "testing");
    expect(heap.memory.buffer.byteLength).toBe(end);
  });
});

describe("The growth of memory", () => {
  it("waits until no array is lent out", async () => {
    const heap = new Heap(false);
    const address = await heap.allocate(64, "testing");
    const order: string[] = [];
    let finish: () => void = () => {};
    const lent = heap.lend(address, 4, async (view) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      view.set([1, 2, 3, 4]);
      order.push("written");
    });
    const grown = heap.allocate(100 * MEGABYTE, "testing").then(() => order.push("grown"));
    await Promise.resolve();
    finish();
    await Promise.all([lent, grown]);
    expect(order).toEqual(["written", "grown"]);
    expect([...heap.f32(address, 4)]).toEqual([1, 2, 3, 4]);
  });

  it("is refused from within a callback, and does not wait without end", async () => {
    const backend = await wasm({ threads: 1 });
    const matrix = await backend.create(2, 2);
    let refused: Promise<unknown> | undefined;
    await backend.write(matrix, 0, 2, () => {
      refused = backend.create(5000, 5000);
    });
    await expect(refused).rejects.toMatchObject({
      code: "limit",
      message: expect.stringMatching(/callback/),
    });
    await backend.dispose();
  });

  it("keeps arrays valid that are lent out of shared memory", async () => {
    const heap = new Heap(true);
    const address = await heap.allocate(64, "testing");
    await heap.lend(address, 1, async (view) => {
      await heap.allocate(100 * MEGABYTE, "testing");
      view[0] = 7;
    });
    expect(heap.f32(address, 1)[0]).toBe(7);
  });

  it("throws the sizes beyond 4 GB, and keeps the contents", async () => {
    const backend = await wasm({ threads: 1 });
    const matrix = await backend.create(1, 1);
    await backend.write(matrix, 0, 1, (into) => void into.fill(3));
    await expect(backend.create(2 ** 20, 2 ** 11)).rejects.toMatchObject({
      code: "limit",
      message: expect.stringMatching(/8589934/),
    });
    expect(await backend.read(matrix, 0, 1, (view) => view[0])).toBe(3);
    await backend.dispose();
  });
});

describe("The array cache", () => {
  const heap = new Heap(false);
  const cache = new ArrayCache(heap, MEGABYTE);
  afterAll(() => heap.dispose());
  const addressOf = (array: Uint32Array): Promise<number> =>
    cache.with([array], "testing", async ([address]) => address!);

  /** The address of the copy that is kept: that of the second use. */
  const keptAddressOf = async (array: Uint32Array): Promise<number> => {
    await addressOf(array);
    return await addressOf(array);
  };

  it("keeps one copy of an array that is passed again, and copies another array of equal values separately", async () => {
    const array = Uint32Array.of(1, 2, 3);
    const address = await keptAddressOf(array);
    expect([...heap.u32(address, 3)]).toEqual([1, 2, 3]);
    expect(await addressOf(array)).toBe(address);
    expect(await addressOf(array.slice())).not.toBe(address);
  });

  it("frees the copy of an array that was passed once", async () => {
    const address = await addressOf(new Uint32Array(MEGABYTE / 8));
    expect(await addressOf(new Uint32Array(MEGABYTE / 8))).toBe(address);
  });

  it("frees the least recently used arrays for later ones", async () => {
    const first = new Uint32Array(MEGABYTE / 16);
    const second = new Uint32Array(MEGABYTE / 16);
    const third = new Uint32Array(MEGABYTE / 6);
    const kept = await keptAddressOf(first);
    const dropped = await keptAddressOf(second);
    expect(await addressOf(first)).toBe(kept);
    await keptAddressOf(third);
    expect(await addressOf(first)).toBe(kept);
    // Its place was free for the taking: a block of the same size goes there.
    expect(await heap.allocate(second.byteLength, "testing")).toBe(dropped);
  });
});

it("The WASM backend frees everything when it is disposed of", async () => {
  const backend = await wasm();
  const matrix = await backend.create(3, 3);
  const assignment = await backend.createAssignment(3, 3, 2);
  await backend.dispose();
  await expect(backend.rowNorms(matrix)).rejects.toMatchObject({ code: "disposed" });
  await expect(assignment.labels()).rejects.toMatchObject({ code: "disposed" });
  matrix.dispose();
  await backend.dispose();
});
