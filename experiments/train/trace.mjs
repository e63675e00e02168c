/** Writes what a training run draws at random, so that another implementation can train from the same draws. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeNpy } from "@wellbegun/adapters/npy";

/**
 * The same model, which writes to `folder` as .npy files: `initial.<parameter>`, the parameters before the first step; and after
 * each step `batches` (rows of user, positive and negative item) and `sizes` (rows of each batch).
 *
 * @param {import("@wellbegun/train").ModelDefinition} definition
 * @param {string} folder
 * @returns {import("@wellbegun/train").ModelDefinition}
 */
export function traced(definition, folder) {
  mkdirSync(folder, { recursive: true });
  /** @param {string} name @param {number[] | Float32Array} values @param {number} columns */
  const write = (name, values, columns) => {
    const data = Float32Array.from(values);
    writeFileSync(join(folder, `${name}.npy`), encodeNpy(data, [data.length / columns, columns]));
  };
  return {
    ...definition,
    build: async (context) => {
      const model = await definition.build(context);
      for (const [name, { value }] of model.parameters.entries()) {
        const values = await context.backend.read(value, 0, value.rows, (view) => view.slice());
        write(`initial.${name}`, values, value.columns);
      }
      /** @type {number[]} */
      const rows = [];
      /** @type {number[]} */
      const sizes = [];
      process.once("exit", () => {
        write("batches", rows, 3);
        write("sizes", sizes, 1);
      });
      return {
        ...model,
        tables: (scope) => model.tables(scope),
        gradients: (batch, epoch) => {
          sizes.push(batch.users.length);
          batch.users.forEach((user, n) => {
            rows.push(user, batch.positives[n] ?? Number.NaN, batch.negatives[n] ?? Number.NaN);
          });
          return model.gradients(batch, epoch);
        },
      };
    },
  };
}

/** Writes the vectors of a trained model to `folder`: `users` and `items`, as .npy files. @param {import("@wellbegun/core").ScoringTables} trained @param {string} folder */
export function writeVectors({ users, items }, folder) {
  for (const [name, { data, rows, columns }] of Object.entries({ users, items })) {
    writeFileSync(join(folder, `${name}.npy`), encodeNpy(data, [rows, columns]));
  }
}
