import { type Backend, cpu, wasm } from "@wellbegun/core";
import { checkedBackend, portableDevice } from "@wellbegun/core/backend";
import { describe, expect, it } from "vitest";
import { alignrec, bpr, freedom, lightgcn, type ModelDefinition, train, vbpr } from "../src/index.ts";
import { smallData } from "./support/dataset.ts";

const models: [name: string, model: ModelDefinition][] = [
  ["alignrec", alignrec({ neighbors: 4 })],
  ["alignrec with layer normalization", alignrec({ neighbors: 4, layerNorm: true })],
  ["lightgcn", lightgcn()],
  ["bpr", bpr()],
  ["vbpr", vbpr()],
  ["freedom", freedom({ neighbors: 4, dropout: 0.5 })],
];

/** Losses and vectors after two epochs, on a backend that is disposed of. */
async function resultsOn(backend: Backend, model: ModelDefinition, users: number, items: number) {
  const data = smallData(users, items);
  const trained = await train(data, { model, epochs: 2, dimensions: 16, batchSize: 512, backend });
  await backend.dispose();
  const losses = trained.curve.map(({ loss }) => loss);
  return { losses, users: trained.users.data, items: trained.items.data };
}

describe.each(models)("%s", (_, model) => {
  it("gives the same bytes with one thread and with two", async () => {
    const one = await resultsOn(await wasm({ relaxed: false, threads: 1 }), model, 900, 700);
    const two = await resultsOn(await wasm({ relaxed: false, threads: 2 }), model, 900, 700);
    expect(two).toEqual(one);
  });

  it("does not depend on what lies in memory that is not initialized", async () => {
    const device = portableDevice();
    const dirty = checkedBackend({
      ...device,
      create: async (rows, columns, options = {}) => {
        const matrix = await device.create(rows, columns, options);
        if (options.uninitialized === true) matrix.values.fill(Number.NaN);
        return matrix;
      },
    });
    expect(await resultsOn(dirty, model, 40, 30)).toEqual(await resultsOn(cpu(), model, 40, 30));
  });

  it("gives the same bytes on a backend without operations of training, which the processor then computes", async () => {
    const { training: _, ...rest } = portableDevice();
    expect(await resultsOn(checkedBackend(rest), model, 40, 30)).toEqual(
      await resultsOn(cpu(), model, 40, 30),
    );
  });
});
