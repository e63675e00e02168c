import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportInitializer, type HistoryForm } from "../src/export/index.ts";
import {
  exportCases,
  histories,
  type ModelInputs,
  modelInputs,
  trainedInitializer,
} from "./support/export-cases.ts";
import { hasPython, runPython } from "./support/python.ts";
import { largestDifference } from "./support/tables.ts";

const program = `
import json, sys
import numpy as np, onnx, onnxruntime
results = []
for job in json.load(sys.stdin):
    onnx.checker.check_model(job["path"], full_check=True)
    session = onnxruntime.InferenceSession(job["path"], providers=["CPUExecutionProvider"])
    types = {i.name: {"tensor(int64)": np.int64, "tensor(float)": np.float32}[i.type] for i in session.get_inputs()}
    feeds = {n: np.array(v["values"], types[n]).reshape(v["shape"]) for n, v in job["inputs"].items()}
    vectors, used = session.run(["vectors", "used"], feeds)
    results.append({
        "shape": vectors.shape, "vectors": vectors.ravel().tolist(), "used": used.tolist(),
        "opset": onnx.load(job["path"], load_external_data=False).opset_import[0].version,
        "metadata": session.get_modelmeta().custom_metadata_map,
    })
json.dump(results, sys.stdout)
`;

interface Job {
  readonly path: string;
  readonly inputs: ModelInputs;
}

interface Answer {
  readonly shape: readonly number[];
  readonly vectors: readonly number[];
  readonly used: readonly number[];
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
}

const suite = "exported models in Python's onnxruntime";
if (hasPython(suite)) {
  it.each(["offsets", "padded"] as const)(
    "%s folds in as the initializer does, in every case",
    async (form) => {
      const cases = [
        ...(await exportCases()),
        { title: "a trained model", initializer: trainedInitializer() },
      ];
      const answers = inFolder((folder) =>
        cases.map(({ initializer }, index) => {
          const path = join(folder, `${index}.onnx`);
          // Every other one with its tables beside it.
          const file = index % 2 === 0 ? {} : { externalData: `${index}.bin` };
          const { model, externalData } = exportInitializer(initializer, { form, ...file });
          writeFileSync(path, model);
          if (externalData !== undefined) {
            writeFileSync(join(folder, externalData.name), Buffer.concat(externalData.parts));
          }
          return { path, inputs: modelInputs(form, histories) };
        }),
      );
      expect(answers).toHaveLength(cases.length);
      for (const [index, { initializer, title }] of cases.entries()) {
        const { shape, vectors, used, opset, metadata } = answers[index]!;
        const expected = histories.map((history) => initializer.foldIn(history, { unknownItems: "skip" }));
        const width = expected[0]!.vector.length;
        expect(shape, title).toEqual([histories.length, width]);
        expect(used, title).toEqual(expected.map((placed) => placed.used));
        for (const [user, { vector }] of expected.entries()) {
          const found = vectors.slice(user * width, (user + 1) * width);
          expect(largestDifference(found, vector), title).toBeLessThan(1e-5);
        }
        expect(opset).toBe(18);
        expect(metadata).toMatchObject({ "wellbegun.form": form, "wellbegun.items": "40" });
      }
    },
  );

  it("accepts every opset and both forms, weighted or not", async () => {
    const { initializer } = (await exportCases())[0]!;
    const forms: readonly HistoryForm[] = ["offsets", "padded"];
    const wanted = forms.flatMap((form) =>
      [18, 19, 20, 21].flatMap((opset) => [true, false].map((weighted) => ({ form, opset, weighted }))),
    );
    const answers = inFolder((folder) =>
      wanted.map((options, index) => {
        const path = join(folder, `${index}.onnx`);
        writeFileSync(path, exportInitializer(initializer, options).model);
        return {
          path,
          inputs: modelInputs(options.form, [[1, 2, 2]], options.weighted ? [[2, 1, 3]] : undefined),
        };
      }),
    );
    for (const [index, { opset, weighted }] of wanted.entries()) {
      const expected = initializer.foldIn([1, 2, 2], weighted ? { weights: [2, 1, 3] } : {});
      expect(answers[index]!.opset).toBe(opset);
      expect(largestDifference(answers[index]!.vectors, expected.vector)).toBeLessThan(1e-5);
    }
  });
}

/** Writes models and runs them all in one process. */
function inFolder(write: (folder: string) => Job[]): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-onnx-"));
  try {
    return runPython<Answer[]>(program, folder, write(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
