import type { NamedFile } from "../protocol.ts";

/** Pictures of items among the given files, by the item that they are named for: `17.jpg` is item 17. */
export class Pictures {
  #files: readonly NamedFile[] = [];
  #urls: ReadonlyMap<string, string> = new Map();

  /** Takes the pictures of these files in place of earlier ones. The same list again changes nothing. */
  take(files: readonly NamedFile[]): void {
    if (files === this.#files) return;
    this.#files = files;
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    const found = files.filter(({ name }) => /\.(jpe?g|png|webp|gif|avif)$/i.test(name));
    this.#urls = new Map(
      found.map(({ name, blob }) => [name.replace(/\.\w+$/, ""), URL.createObjectURL(blob)]),
    );
  }

  /** The address of an item's picture, if there is one. */
  of(item: string): string | undefined {
    return this.#urls.get(item);
  }
}
