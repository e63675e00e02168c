import type { Source } from "../protocol.ts";

/** The folder that `wellbegun play` was given; undefined on a page that the command did not open. */
export async function localSource(): Promise<Source | undefined> {
  if (!location.search.startsWith("?local")) return undefined;
  const folder: unknown = await (await fetch("./folder/")).json();
  if (!isFolder(folder)) throw new Error("The command line answered with something else than a folder.");
  const files = folder.files.map(async (name) => {
    const response = await fetch(`./folder/${encodeURIComponent(name)}`);
    if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
    return { name, blob: await response.blob() };
  });
  return { kind: "files", name: folder.name, files: await Promise.all(files) };
}

function isFolder(value: unknown): value is { name: string; files: string[] } {
  return typeof value === "object" && value !== null && "name" in value && "files" in value;
}
