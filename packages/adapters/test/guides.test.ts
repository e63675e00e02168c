/** The JavaScript programs of the guides, as they stand there; that of pgvector is run where its server is. */
import { expect, it } from "vitest";
import { missingOutput, programsOf } from "./guides.ts";
import { temporaryFolder } from "./helpers.ts";
import { describeWithPeers } from "./node-peers.ts";
import { startQdrantStandIn } from "./qdrant-stand-in.ts";

const peers = [
  "@lancedb/lancedb",
  "@qdrant/js-client-rest",
  "@tensorflow/tfjs-backend-cpu",
  "@tensorflow/tfjs-layers",
];
const folder = temporaryFolder();
// The ONNX program is run by the tests of @wellbegun/backend-onnx.
const models = programsOf("javascript-models").filter(({ code }) => !code.includes("backend-onnx"));
const stores = programsOf("vector-stores");
const storeProgram = (name: string): string =>
  stores.find(({ code }) => code.includes(`adapters/${name}"`))!.code;

describeWithPeers("The guides' programs", peers, () => {
  it("are two for models and four for stores", () => {
    expect([models.length, stores.length]).toEqual([2, 4]);
  });

  it.each(models)("print what they state: $place", async ({ code }) => {
    expect(await missingOutput(folder, code, peers)).toBeUndefined();
  });

  it("print what they state for LanceDB", async () => {
    expect(await missingOutput(folder, storeProgram("lancedb"), peers)).toBeUndefined();
  });

  it("print what they state for Qdrant's client", async () => {
    const server = await startQdrantStandIn();
    try {
      const environment = { QDRANT_URL: server.url };
      expect(await missingOutput(folder, storeProgram("qdrant"), peers, environment)).toBeUndefined();
    } finally {
      await server.stop();
    }
  });
});
