import type { DatasetInfo, NamedFile, Source } from "../protocol.ts";
import { count, fill, h } from "./dom.ts";

const example: Source = { kind: "example", users: 2000, items: 1200, seed: 999 };

/** Where the data comes from: the built-in example, a folder or files that are chosen, or dropped anywhere on the page. */
export function dataPanel(onSource: (source: Source) => void): {
  readonly element: HTMLElement;
  show(info: DatasetInfo): void;
  /** Says that a bundle is open in place of a dataset. */
  showBundle(name: string): void;
} {
  const about = h("p", { class: "about", role: "status" });
  const choose = (label: string, folder: boolean): HTMLElement => {
    const input = h("input", {
      type: "file",
      class: "visually-hidden",
      multiple: true,
      webkitdirectory: folder,
      "aria-label": label,
      onchange: () => take([...(input.files ?? [])].map((file) => named(file))),
    });
    return h("label", { class: "button" }, label, input);
  };
  const take = (files: readonly NamedFile[]): void => {
    if (files.length > 0) onSource({ kind: "files", name: "your files", files });
  };
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    void droppedFiles(event.dataTransfer).then(take);
  });
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "data-title" },
    h("h2", { id: "data-title" }, "1. Data"),
    h("p", {}, "Drop a folder or files anywhere on this page. They stay on this machine."),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", id: "example", onclick: () => onSource(example) }, "Synthetic example"),
      choose("Choose a folder", true),
      choose("Choose files", false),
    ),
    h(
      "details",
      {},
      h("summary", {}, "Which files?"),
      h(
        "ul",
        {},
        h(
          "li",
          {},
          h("code", {}, "<name>.inter"),
          " and ",
          h("code", {}, "<modality>_feat.npy"),
          ", MMRec's layout",
        ),
        h(
          "li",
          {},
          "interactions as Parquet, CSV or TSV, with columns such as ",
          h("code", {}, "user"),
          " and ",
          h("code", {}, "item"),
        ),
        h(
          "li",
          {},
          "features as ",
          h("code", {}, "<modality>.npy"),
          ", or as Parquet with a column of vectors",
        ),
        h(
          "li",
          {},
          h("code", {}, "item_ids.txt"),
          ", if the rows of the .npy files have other names than 0, 1, 2",
        ),
        h(
          "li",
          {},
          "a table of items with a column ",
          h("code", {}, "title"),
          ", and pictures such as ",
          h("code", {}, "17.jpg"),
          " for item 17",
        ),
        h("li", {}, "or a bundle, with its ", h("code", {}, "manifest.json"), ", to look at"),
      ),
    ),
    about,
  );
  return {
    element,
    show: ({ name, users, items, train, validation, test, modalities, notes }) => {
      const widths = Object.entries(modalities).map(([modality, width]) => `${modality} (${width})`);
      fill(
        about,
        h("strong", {}, name),
        `: ${count(users)} users, ${count(items)} items, ${count(train)} train interactions`,
        validation + test > 0 ? `, ${count(validation)} validation, ${count(test)} test. ` : ". ",
        `Modalities: ${widths.join(", ")}. `,
        notes.join(" "),
      );
    },
    showBundle: (name) =>
      fill(about, h("strong", {}, name), ": a bundle, without its dataset. Computing and training need one."),
  };
}

/** Files with a manifest are a bundle, unless a dataset is among them. */
export function isBundle(files: readonly NamedFile[]): boolean {
  return (
    files.some(({ name }) => name === "manifest.json") && !files.some(({ name }) => name.endsWith(".inter"))
  );
}

/** A file with its name; one of a bundle's parts with its folder, `users/part-00000.npy`. */
function named(file: File, path: string = file.webkitRelativePath): NamedFile {
  return { name: /[^/]+\/part-\d+\.\w+$/.exec(path)?.[0] ?? file.name, blob: file };
}

/** The files of what was dropped, those in its folders included. */
async function droppedFiles(data: DataTransfer | null): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  const entries: FileSystemEntry[] = [];
  for (const item of data?.items ?? []) {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    // Only what comes from the disk has an entry; a file that a page or an extension made is a file alone.
    if (entry !== null) entries.push(entry);
    else if (file !== null) found.push(named(file));
  }
  const visit = async (entry: FileSystemEntry): Promise<void> => {
    if (entry instanceof FileSystemFileEntry) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      found.push(named(file, entry.fullPath));
    } else if (entry instanceof FileSystemDirectoryEntry) {
      const reader = entry.createReader();
      // A reader hands out a part of a large folder at a time.
      for (;;) {
        const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
          reader.readEntries(resolve, reject),
        );
        if (part.length === 0) break;
        for (const inner of part) await visit(inner);
      }
    }
  };
  for (const entry of entries) await visit(entry);
  return found;
}
