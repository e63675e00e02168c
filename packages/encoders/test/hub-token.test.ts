import { afterEach, expect, it, vi } from "vitest";
import { hubFiles } from "../src/node/hub.ts";
import type { TransformersLibrary } from "../src/transformers/library.ts";
import { newFolder } from "./support/models.ts";

afterEach(() => vi.unstubAllEnvs());

/** What is sent to a host when a file of a model is asked for. */
async function sentTo(host: string): Promise<string | null> {
  const sent: (string | null)[] = [];
  const env = {
    cacheDir: newFolder(),
    remoteHost: host,
    remotePathTemplate: "{model}/resolve/{revision}/",
    fetch: async (_: unknown, options?: RequestInit) => {
      sent.push(new Headers(options?.headers).get("Authorization"));
      return new Response("[]");
    },
  };
  const files = hubFiles({ env } as unknown as TransformersLibrary, "a/private", {});
  expect(await files.readJson("modules.json")).toEqual([]);
  expect(sent).toHaveLength(1);
  return sent[0]!;
}

it("Files of private models are fetched with the token in HF_TOKEN, which no other host gets", async () => {
  vi.stubEnv("HF_ACCESS_TOKEN", undefined);
  vi.stubEnv("HF_TOKEN", undefined);
  expect(await sentTo("https://huggingface.co/")).toBeNull();
  vi.stubEnv("HF_TOKEN", "hf_example");
  expect(await sentTo("https://huggingface.co/")).toBe("Bearer hf_example");
  expect(await sentTo("https://mirror.example/")).toBeNull();
  expect(await sentTo("https://huggingface.co.example/")).toBeNull();
});
