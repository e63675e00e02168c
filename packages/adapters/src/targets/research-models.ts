import { fused, pair } from "./tables.ts";
import type { Codebase } from "./types.ts";

/** freerec's examples. */
export const freerec: Codebase = {
  name: "freerec",
  title: "freerec",
  source: "https://github.com/MTandHJ/freerec",
  version: "bb382c3 (0.9.7)",
  layout: "`train.txt`, `valid.txt`, `test.txt` with a header",
  order: { rule: "row-is-id", from: "IDs from 0 in the dataset's files" },
  defaultWidth: 64,
  use: "launcher",
  startIn: "examples/MODEL",
  program: "main.py --dataset DATASET --embedding-dim WIDTH",
  models: {
    LightGCN: pair("User.embeddings.weight", "Item.embeddings.weight", { kind: "normal", std: 1e-4 }),
    "MF-BPR": pair("User.embeddings.weight", "Item.embeddings.weight", { kind: "normal", std: 1e-4 }),
  },
};

/** DiffMM's own repository. */
export const diffmm: Codebase = {
  name: "diffmm",
  title: "DiffMM",
  source: "https://github.com/HKUDS/DiffMM",
  version: "fae20e6",
  layout: "pickled scipy matrices (`trnMat.pkl`), `*_feat.npy`",
  order: { rule: "row-is-id", from: "rows and columns of trnMat.pkl" },
  defaultWidth: 64,
  use: "launcher",
  startIn: ".",
  program: "Main.py --data DATASET --latdim WIDTH",
  models: { DiffMM: pair("uEmbeds", "iEmbeds") },
};

/** MMSSL's own repository. */
export const mmssl: Codebase = {
  name: "mmssl",
  title: "MMSSL",
  source: "https://github.com/HKUDS/MMSSL",
  version: "f8d8955",
  layout: "pickled scipy matrix (`train_mat`), JSON splits, `*_feat.npy`",
  order: { rule: "row-is-id", from: "rows and columns of train_mat" },
  defaultWidth: 64,
  use: "launcher",
  startIn: "MMSSL",
  program: "main.py --dataset DATASET --embed_size WIDTH",
  models: { MMSSL: pair("user_id_embedding.weight", "item_id_embedding.weight") },
};

/** torchrec: whatever the tables of the caller's collection are named. */
export const torchrec: Codebase = {
  name: "torchrec",
  title: "torchrec",
  source: "https://github.com/pytorch/torchrec",
  version: "commit 071b71f",
  layout: "KeyedJaggedTensor",
  order: { rule: "by-id", from: "the caller's own lists" },
  use: "helper",
  models: {
    EmbeddingBagCollection: {
      // No table can be named `items`, because nn.ModuleDict has a method of this name.
      ...pair("embedding_bags.user.weight", "embedding_bags.item.weight", {
        kind: "other",
        note: "the table's init_fn, by default uniform within 1 / sqrt(rows)",
      }),
      note: "Before the module is sharded; a sharded one takes a state dict, mapped to each rank.",
    },
  },
};

/** TorchEasyRec: dynamic embeddings, which one of its tools fills from tables of IDs and vectors. */
export const torcheasyrec: Codebase = {
  name: "torcheasyrec",
  title: "TorchEasyRec",
  source: "https://github.com/alibaba/TorchEasyRec",
  version: "54cac316 (1.3.16)",
  layout: "Parquet or CSV, named in a pipeline configuration",
  order: { rule: "by-id", from: "the IDs in the tables" },
  use: "files",
  models: {
    dynamicemb: {
      parameters: [],
      files: [
        {
          name: "users.parquet",
          rows: "users",
          purpose: "fills the dynamic embedding of the user's ID feature, whose init_table names it",
        },
        {
          name: "items.parquet",
          rows: "items",
          purpose: "fills the dynamic embedding of the item's ID feature, whose init_table names it",
        },
      ],
      note: "The embedding_dim of the ID features must be the vectors' width. The values are written as they are stored: no loader scales them.",
    },
  },
};

/** A PyTorch module of the user's own. */
export const pytorch: Codebase = {
  name: "pytorch",
  title: "PyTorch",
  source: "https://github.com/pytorch/pytorch",
  version: "1.13 and later",
  layout: "the caller's",
  order: { rule: "by-id", from: "the caller's own lists" },
  use: "helper",
  models: {
    Embedding: {
      parameters: [
        fused("users", "users.weight", { kind: "normal", std: 1 }),
        fused("items", "items.weight", { kind: "normal", std: 1 }),
      ],
      note: "The paths are the default names; the helper takes others.",
    },
  },
};
