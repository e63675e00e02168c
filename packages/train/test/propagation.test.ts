import { cpu, interactionsFromArrays } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { graphPart } from "../src/graphs/graph-part.ts";
import { propagate, propagateBackward } from "../src/graphs/propagation.ts";
import { userItemGraph } from "../src/graphs/user-item.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, withScope } from "../src/operations/scope.ts";
import { largestDifference } from "./support/tables.ts";

const [users, items, columns] = [30, 20, 5];
const random = createRandom(1, "propagation");
const draw = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.uniform() - 0.5);
const pairs = new Set(
  Array.from({ length: 120 }, () => random.integer(users) * items + random.integer(items)),
);
const train = interactionsFromArrays({
  users: Array.from(pairs, (pair) => Math.floor(pair / items)),
  items: Array.from(pairs, (pair) => pair % items),
  userCount: users,
  itemCount: items,
});
const graph = userItemGraph(train);
const backend = cpu();
const device = { backend, operations: trainingOperations(backend) };

/** Few rows, whose edges are transposed, and most rows, whose gradients go through the whole graph. */
const parts = {
  few: { users: Uint32Array.of(3, 7), items: Uint32Array.of(0, 11, 19) },
  most: {
    users: Uint32Array.from({ length: users - 2 }, (_, row) => row),
    items: Uint32Array.from({ length: items - 1 }, (_, row) => row + 1),
  },
};

function rowsOf(table: Float32Array, rows: Uint32Array): number[] {
  return Array.from(rows, (row) => [...table.subarray(row * columns, (row + 1) * columns)]).flat();
}

function dot(x: Float32Array, y: Float32Array): number {
  return x.reduce((sum, value, at) => sum + value * y[at]!, 0);
}

for (const [size, rows] of Object.entries(parts)) {
  for (const layers of [0, 1, 2, 3]) {
    it(`The vectors of ${size} rows after ${layers} layers are those rows of the whole tables`, async () => {
      await withScope(backend, async (scope) => {
        const embeddings = {
          users: await scope.upload(draw(users * columns), users, columns),
          items: await scope.upload(draw(items * columns), items, columns),
        };
        const whole = await propagate(device, scope, graph, embeddings, layers);
        const part = await propagate(device, scope, graph, embeddings, layers, graphPart(graph, rows));
        for (const side of ["users", "items"] as const) {
          const expected = rowsOf(await download(backend, whole[side]), rows[side]);
          expect(largestDifference(await download(backend, part[side]), expected)).toBeLessThan(1e-6);
        }
        const layer = await download(backend, await whole.itemLayers());
        expect(largestDifference(await download(backend, await part.itemLayers()), layer)).toBe(0);
      });
    });

    it(`The gradient of ${size} rows through ${layers} layers is the adjoint: <C(E), D> = <E, gradient(D)>`, async () => {
      await withScope(backend, async (scope) => {
        const values = { users: draw(users * columns), items: draw(items * columns) };
        const embeddings = {
          users: await scope.upload(values.users, users, columns),
          items: await scope.upload(values.items, items, columns),
        };
        const slopes = { users: draw(rows.users.length * columns), items: draw(rows.items.length * columns) };
        const part = graphPart(graph, rows);
        const c = await propagate(device, scope, graph, embeddings, layers, part);
        const gradient = {
          users: await scope.upload(slopes.users, rows.users.length, columns),
          items: await scope.upload(slopes.items, rows.items.length, columns),
        };
        // Whatever the gradients held before is overwritten.
        const out = {
          users: await scope.upload(draw(users * columns), users, columns),
          items: await scope.upload(draw(items * columns), items, columns),
        };
        await propagateBackward(device, part, gradient, layers, out);
        const there =
          dot(await download(backend, c.users), slopes.users) +
          dot(await download(backend, c.items), slopes.items);
        const back =
          dot(await download(backend, out.users), values.users) +
          dot(await download(backend, out.items), values.items);
        expect(Math.abs(there - back)).toBeLessThan(1e-5);
      });
    });
  }
}
