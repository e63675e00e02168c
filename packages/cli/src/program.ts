import { Command } from "commander";
import type { Output } from "./shared/output.ts";
import { packageVersion } from "./shared/versions.ts";

/** A command: its options and its action, loaded only when needed. */
interface CommandModule {
  define(command: Command, output: Output): void;
}

interface CommandEntry {
  readonly description: string;
  /** Its one argument and what that is, if it takes one. */
  readonly argument?: readonly [name: string, description: string];
  readonly load: () => Promise<CommandModule>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  init: {
    description: "compute starting vectors for a dataset and write them as a bundle",
    argument: [
      "[dataset]",
      "folder with a .inter table and <modality>_feat.npy files; with --interactions, its features alone",
    ],
    load: () => import("./commands/init/command.ts"),
  },
  plan: {
    description: "write a Spark job that makes the user vectors of a log on a cluster",
    load: () => import("./commands/plan/command.ts"),
  },
  collect: {
    description: "make a bundle from what a Spark job wrote",
    argument: ["<job>", "folder that plan wrote"],
    load: () => import("./commands/collect/command.ts"),
  },
  embed: {
    description: "make features from a catalog's texts, images and sounds, for init",
    argument: [
      "<catalog>",
      "CSV, TSV, JSON lines, Parquet or Arrow, or a folder of files; patterns in quotes",
    ],
    load: () => import("./commands/embed/command.ts"),
  },
  place: {
    description: "place new items in a bundle's space by their content",
    argument: ["<features>", "folder that embed wrote"],
    load: () => import("./commands/place/command.ts"),
  },
  pretrain: {
    description: "learn one item space from the features of several modalities, for init and train",
    argument: ["<dataset>", "folder with <modality>_feat.npy files, of a dataset or of embed"],
    load: () => import("./commands/pretrain/command.ts"),
  },
  evaluate: {
    description: "judge vectors without training, beside what they must be compared with",
    argument: ["[dataset]", "folder with a .inter table and <modality>_feat.npy files"],
    load: () => import("./commands/evaluate/command.ts"),
  },
  recommend: {
    description: "make a recommender without training: tables, their quality, and lists for new users",
    argument: ["[dataset]", "folder with a .inter table and <modality>_feat.npy files"],
    load: () => import("./commands/recommend/command.ts"),
  },
  train: {
    description: "train a recommender, from random or from given vectors, and write it as a bundle",
    argument: ["[dataset]", "folder with a .inter table and <modality>_feat.npy files"],
    load: () => import("./commands/train/command.ts"),
  },
  tune: {
    description: "search the settings of init on the validation rows, without training",
    argument: ["[dataset]", "folder with a .inter table and <modality>_feat.npy files"],
    load: () => import("./commands/tune/command.ts"),
  },
  inspect: {
    description: "show what is in a dataset or a bundle, and check it",
    argument: ["<path>", "folder of a dataset, or of a bundle that init wrote"],
    load: () => import("./commands/inspect/command.ts"),
  },
  play: {
    description: "open a dataset or a bundle in the playground, a page on this machine",
    argument: ["<path>", "folder of a dataset, or of a bundle that init wrote"],
    load: () => import("./commands/play/command.ts"),
  },
  wire: {
    description: "put a bundle's vectors where a recommender's model starts from them",
    argument: ["<target>", "codebase:model, such as mmrec:FREEDOM"],
    load: () => import("./commands/wire/command.ts"),
  },
  synth: {
    description: "write a synthetic dataset of any size",
    load: () => import("./commands/synth/command.ts"),
  },
  doctor: {
    description: "show which backends this machine has, and why not the others",
    load: () => import("./commands/doctor/command.ts"),
  },
  demo: {
    description: "write a synthetic dataset, run init on it, and judge the result",
    load: () => import("./commands/demo/command.ts"),
  },
};

/** The program for these arguments. Only commands that they name are loaded, so that every run starts fast. */
export async function createProgram(argv: readonly string[], output: Output): Promise<Command> {
  const { io } = output;
  const program = new Command("wellbegun")
    .description("Starting vectors for the users and items of multimodal recommenders, without training.")
    .version(packageVersion("wellbegun"), "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.write(text),
      // Errors are reported in one place; text that help writes to standard error is not an error.
      writeErr: (text) =>
        text.startsWith("error:") || output.mode === "json" ? true : io.stderr.write(text),
      outputError: () => undefined,
    });
  for (const [name, { description, argument, load }] of Object.entries(commands)) {
    const command = program.command(name).description(description);
    if (argument !== undefined) command.argument(...argument);
    if (argv.includes(name)) (await load()).define(command, output);
  }
  return program;
}
