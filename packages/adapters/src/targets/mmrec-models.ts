import { branches, fused, pair, preferences, without, xavier } from "./tables.ts";
import type { Codebase, ModelTarget } from "./types.ts";

const idPair: ModelTarget = pair("user_embedding.weight", "item_id_embedding.weight");
const needsUserGraph = "Needs user_graph_dict.npy in the dataset, made by the codebase's own script.";
const plainTensors =
  "Plain tensors: the model starts from them and propagates them, but no optimizer trains them and no checkpoint holds them.";

/** MMRec, all models of src/models. */
export const mmrec: Codebase = {
  name: "mmrec",
  title: "MMRec",
  source: "https://github.com/enoche/MMRec",
  version: "e775373",
  layout: "`<ds>.inter` (tab-separated, x_label 0 train, 1 validation, 2 test), `*_feat.npy`",
  order: { rule: "row-is-id", from: "IDs from 0 in the .inter table" },
  defaultWidth: 64,
  use: "launcher",
  models: {
    BM3: idPair,
    BPR: pair(
      "user_embedding.weight",
      "item_embedding.weight",
      xavier,
      "Initialized at the end of the constructor.",
    ),
    DAMRS: { ...idPair, note: "Calls .cuda(): no CPU." },
    DRAGON: { parameters: branches(preferences, { latent: 64 }), note: needsUserGraph },
    DualGNN: { parameters: branches(preferences, { latent: 64 }), note: needsUserGraph },
    FREEDOM: idPair,
    GRCN: {
      parameters: [...branches(preferences), fused("nodes", "id_gcn.id_embedding")],
      note: "The width of the branches is the option latent_embedding. Its loss calls .cuda(): no CPU.",
    },
    ItemKNNCBF: without("Has no user vectors."),
    LATTICE: { ...idPair, note: "Calls .cuda(): no CPU." },
    LGMRec: idPair,
    LayerGCN: {
      ...pair("user_embeddings", "item_embeddings"),
      note: "Imports models.common, which the checkout does not have: start it with that package on the path.",
    },
    LightGCN: { ...pair("embedding_dict.user_emb", "embedding_dict.item_emb"), note: "A ParameterDict." },
    MGCN: { ...idPair, note: "Calls .cuda(): no CPU. Needs torch_scatter." },
    MMGCF: idPair,
    MMGCN: {
      parameters: [
        { ...branches(preferences, { tensor: "plain", normalized: true })[0]!, latent: 256 },
        { ...branches(preferences, { tensor: "plain", normalized: true })[1]!, width: "raw" },
        { ...fused("nodes", "id_embedding"), tensor: "plain" },
      ],
      note: plainTensors,
    },
    MVGAE: {
      parameters: [
        ...branches(preferences, { tensor: "plain", latent: 128 }),
        { ...fused("items", "collaborative"), tensor: "plain" },
      ],
      note: plainTensors,
    },
    PGL: {
      parameters: branches(
        { image: "user_image.weight", text: "user_text.weight" },
        { width: "d", normalized: false },
      ),
      note: "Has no item-ID table. Needs sparsesvd.",
    },
    SELFCFED_LGN: pair("online_encoder.embedding_dict.user_emb", "online_encoder.embedding_dict.item_emb"),
    SLMRec: {
      ...pair("embedding_user.weight", "embedding_item.weight"),
      note: "Needs torch_scatter. With init other than xavier, normal with std 0.1.",
    },
    SMORE: { ...idPair, note: "Calls .cuda(): no CPU. Needs torch_scatter." },
    VBPR: {
      parameters: [fused("users", "u_embedding", xavier, "2d"), fused("items", "i_embedding")],
      note: "The user table is the ID half, then the content half; the item table is the ID half alone.",
    },
  },
};

/** AlignRec: a fork of MMRec that reads one fused feature file. */
export const alignrec: Codebase = {
  ...mmrec,
  name: "alignrec",
  title: "AlignRec",
  source: "https://github.com/sjtulyf123/AlignRec_CIKM24",
  version: "bf351b6",
  layout: "as MMRec, one fused feature file",
  models: {
    ALIGNREC: {
      ...idPair,
      note: "Calls .cuda(): no CPU. Needs a timestamp column in the .inter table.",
    },
    MGCN_MM: {
      ...idPair,
      note: "Calls .cuda(): no CPU. Needs a timestamp column in the .inter table.",
    },
    ...pick([
      "BM3",
      "DRAGON",
      "DualGNN",
      "FREEDOM",
      "GRCN",
      "ItemKNNCBF",
      "LATTICE",
      "LayerGCN",
      "MGCN",
      "MMGCN",
    ]),
    ...pick(["MVGAE", "SELFCFED_LGN", "SLMRec", "VBPR"]),
  },
};

function pick(names: readonly string[]): Record<string, ModelTarget> {
  return Object.fromEntries(names.map((name) => [name, mmrec.models[name]!]));
}
