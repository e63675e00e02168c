import type { Target } from "../targets/find.ts";
import type { WirePlan } from "./types.ts";

/** The folders and names that the training command needs. */
export interface TrainingRun {
  /** The artifact's folder. */
  readonly wire: string;
  /** The codebase's checkout, if given. */
  readonly checkout?: string | undefined;
  /** The dataset's name in the codebase, if it is known. */
  readonly dataset?: string | undefined;
}

/** The lines that start training from an artifact: shell commands for a launcher, Python for a helper. */
export function trainingCommand(plan: WirePlan, run: TrainingRun): string[] {
  const { codebase, name } = plan.target;
  const wire = quote(run.wire);
  const dataset = run.dataset === undefined ? "DATASET" : quote(run.dataset);
  if (codebase.use === "files") return fileLines(plan, run.wire);
  const width = plan.parameters[0]!.columns;
  const path = `PYTHONPATH=${wire}`;
  if (codebase.name === "recbole") {
    return [
      `${path} python -m wellbegun_recbole --wire ${wire} --model ${name} --dataset ${dataset} --embedding_size=${width}`,
    ];
  }
  if (codebase.use === "launcher") {
    const start = startIn(plan.target);
    const checkout = run.checkout ?? codebase.title;
    const program = codebase.program?.replace("DATASET", dataset).replace("WIDTH", `${width}`);
    const started =
      program === undefined
        ? `python -m wellbegun_mmrec --wire ${wire} --model ${name} --dataset ${dataset}`
        : `python -m wellbegun_train --wire ${wire} ${program}`;
    const copies = plan.files.map(({ name }) => `cp ${quote(`${run.wire}/${name}`)} data/${dataset}/`);
    return [
      `cd ${quote(start === "." ? checkout : `${checkout}/${start}`)}`,
      ...copies,
      `${path} ${started}`,
    ];
  }
  return helperLines(plan, JSON.stringify(run.wire), width);
}

/** The commands of TorchEasyRec: its tool fills a checkpoint from the files, and training continues from it. */
function fileLines(plan: WirePlan, wire: string): string[] {
  const settings = plan.files.map(
    ({ name, rows, columns }) =>
      `#   ${rows}' ID feature: embedding_dim: ${columns}  dynamicemb { init_table: ${JSON.stringify(`${wire}/${name}`)} … }`,
  );
  return [
    "# in PIPELINE.config:",
    ...settings,
    "python -m tzrec.tools.dynamicemb.create_dynamicemb_init_ckpt --pipeline_config_path PIPELINE.config --world_size 1 --save_dir init_ckpt",
    "torchrun --nproc-per-node=1 -m tzrec.train_eval --pipeline_config_path PIPELINE.config --fine_tune_checkpoint init_ckpt/model.ckpt-0",
  ];
}

/** Path of a codebase's program from the checkout's root: the file by which a checkout is recognized. */
export function programPath(target: Target): string {
  const file = target.codebase.program?.split(" ")[0];
  return file === undefined ? "src/main.py" : `${startIn(target)}/${file}`;
}

function startIn({ codebase, name }: Target): string {
  return (codebase.startIn ?? "src").replace("MODEL", name);
}

/** The Python lines for the user's own program, for codebases that have no program. */
function helperLines(plan: WirePlan, wire: string, width: number): string[] {
  const { codebase, name } = plan.target;
  const paths = plan.parameters
    .map((parameter) => `${JSON.stringify(parameter.path)}: ${parameter.width}`)
    .join(", ");
  const setUp = [
    `import sys; sys.path.insert(0, ${wire})`,
    `from wellbegun import Wire, load`,
    `wire = Wire(${wire})`,
  ];
  if (codebase.name === "cornac") {
    return [
      ...setUp.with(1, "from wellbegun import Wire; from wellbegun.cornac import init_params"),
      `model = cornac.models.${name}(k=${width}, init_params=init_params(wire, train_set, {${paths}}))`,
      "model.fit(train_set)",
    ];
  }
  if (codebase.name === "implicit") {
    const maker = name === "als" ? "als.AlternatingLeastSquares" : "bpr.BayesianPersonalizedRanking";
    return [
      ...setUp.with(1, "from wellbegun import Wire; from wellbegun.implicit import load"),
      `model = implicit.cpu.${maker}(factors=${width})`,
      "load(model, wire, users=user_ids, items=item_ids)  # raw IDs by the matrix's rows and columns",
      "model.fit(user_items)",
    ];
  }
  if (codebase.name === "lightfm") {
    return [
      ...setUp.with(1, "from wellbegun import Wire; from wellbegun.lightfm import load"),
      `model = lightfm.LightFM(no_components=${width})`,
      "load(model, wire, users=user_ids, items=item_ids)  # raw IDs by the matrix's rows and columns",
      "model.fit_partial(interactions, epochs=10)",
    ];
  }
  const ids = codebase.order.rule === "row-is-id" ? "" : ", users=user_ids, items=item_ids";
  return [...setUp, `loaded = load(model, wire${ids})  # before the optimizer is made`];
}

/** A word, quoted for a shell. */
function quote(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
