import type { NamedFile } from "../protocol.ts";

/** What `wellbegun play` serves beside the page. */
interface LocalFolder {
  readonly name: string;
  readonly files: readonly NamedFile[];
}

/** The files that `wellbegun play` was given; undefined on a page that the command did not open. */
export async function localFiles(): Promise<LocalFolder | undefined> {
  if (!location.search.startsWith("?local")) return undefined;
  const folder: unknown = await (await fetch("./folder/")).json();
  if (!isFolder(folder)) throw new Error("The command line answered with something else than a folder.");
  const files = folder.files.map(async (name) => {
    const response = await fetch(`./folder/${encodeURIComponent(name)}`);
    if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
    return { name, blob: await response.blob() };
  });
  return { name: folder.name, files: await Promise.all(files) };
}

function isFolder(value: unknown): value is { name: string; files: string[] } {
  return typeof value === "object" && value !== null && "name" in value && "files" in value;
}
