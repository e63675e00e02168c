import type { IneffectiveRule } from "../../shared/options/ineffective.ts";
import type { TuneSettings } from "./options.ts";

const every = <T>(values: readonly T[] | undefined, one: T): boolean =>
  values?.every((value) => value === one) === true;

const local = ({ lambda }: TuneSettings): boolean => every(lambda, 1);
const becauseLocal = "with --lambda 1, where no vector depends on the clusters";

/** Options of `tune` that have no effect in combination with others. */
export const tuneRules: readonly IneffectiveRule<TuneSettings>[] = [
  { option: "clusters", when: local, because: becauseLocal },
  { option: "restarts", when: local, because: becauseLocal },
  {
    option: "normalization",
    when: ({ lambda }) => every(lambda, 0),
    because: "with --lambda 0, where no local term remains",
  },
  {
    option: "dim",
    when: ({ project }) => every(project, "none"),
    because: "with --project none, where the tables are as wide as the features",
  },
  {
    option: "smooth",
    when: ({ project }) => every(project, "none"),
    because: "with --project none, where no projected features are there to be smoothed",
  },
  {
    option: "damping",
    when: ({ project }) => project?.includes("pca") === false,
    because: "with a --project other than pca, which finds no principal axes",
  },
  {
    option: "combine",
    when: ({ project }) => project?.includes("pca") === false,
    because: "with a --project other than pca, which finds no canonical axes",
  },
  {
    option: "weights",
    when: ({ modalities }) => modalities?.length === 1,
    because: "with one modality, which has nothing to be weighed against",
  },
];
