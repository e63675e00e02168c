import { fused, pair, without, xavier } from "./tables.ts";
import type { Codebase, ModelTarget, RandomInit } from "./types.ts";

const tokens = "the dataset's token lists (`field2id_token`)";
const recbolePair: ModelTarget = pair("user_embedding.weight", "item_embedding.weight");
const noUserTable = "Has no table of user vectors.";

/** RecBole, the general recommenders. */
export const recbole: Codebase = {
  name: "recbole",
  title: "RecBole",
  source: "https://github.com/RUCAIBox/RecBole",
  version: "1.2.1",
  layout: "atomic files with typed headers (`<ds>.inter`, `user_id:token`)",
  order: { rule: "by-id", from: tokens, padding: 1 },
  defaultWidth: 64,
  use: "launcher",
  models: {
    BPR: { ...recbolePair, note: "Initialized at the end of the constructor." },
    DGCF: recbolePair,
    ENMF: recbolePair,
    LINE: recbolePair,
    LightGCN: { ...recbolePair, note: "Initialized at the end of the constructor." },
    NCL: recbolePair,
    NGCF: recbolePair,
    NNCF: {
      ...pair("user_embedding.weight", "item_embedding.weight", { kind: "normal", std: 0.01 }),
      note: "The width is the option ui_embedding_size.",
    },
    NeuMF: {
      parameters: [
        fused("users", "user_mf_embedding.weight", { kind: "normal", std: 0.01 }),
        fused("items", "item_mf_embedding.weight", { kind: "normal", std: 0.01 }),
      ],
      note: "The matrix-factorization half; the other half is wired alike by hand.",
    },
    SGL: recbolePair,
    SimpleX: pair("user_emb.weight", "item_emb.weight"),
    SpectralCF: recbolePair,
    CDAE: without("Its user table is a bias of the auto-encoder, not a vector in the items' space."),
    MultiVAE: without(noUserTable),
    EASE: without(noUserTable),
  },
};

const cornacUniform: RandomInit = { kind: "uniform", low: -0.5, high: 0.5, perWidth: true };
const randn: RandomInit = { kind: "normal", std: 0.001 };
const cornacNormal: RandomInit = { kind: "normal", std: 0.01 };

/** Cornac, the models that take `init_params`. */
export const cornac: Codebase = {
  name: "cornac",
  title: "Cornac",
  source: "https://github.com/PreferredAI/cornac",
  version: "3.0.1",
  layout: "(user, item, rating) tuples; `ImageModality`, `TextModality`, `FeatureModality`",
  order: { rule: "by-id", from: "`train_set.uid_map` and `iid_map`" },
  defaultWidth: 10,
  use: "helper",
  models: {
    BPR: pair("U", "V", cornacUniform),
    WBPR: pair("U", "V", cornacUniform),
    MF: pair("U", "V", cornacNormal),
    PMF: pair("U", "V", { kind: "other", note: "drawn in its compiled fit" }),
    WMF: pair("U", "V", xavier),
    VBPR: {
      parameters: [fused("users", "Gu"), fused("users", "Tu"), fused("items", "Gi")],
      note: "Gu has width k and Tu width k2; both take the fused table where it is as wide.",
    },
    CausalRec: { parameters: [fused("users", "Gu"), fused("users", "Tu"), fused("items", "Gi")] },
    AMR: {
      parameters: [fused("users", "Gu"), fused("items", "Gi")],
      note: "Its theta_user is made in fit and not read from init_params.",
    },
    VMF: {
      parameters: [fused("users", "U", randn), fused("users", "P", randn), fused("items", "V", randn)],
      note: "U has width k and P width d.",
    },
    CTR: pair("U", "V"),
    CDL: pair("U", "V"),
    CDR: pair("U", "V"),
    CVAE: pair("U", "V"),
    MCF: pair("U", "V", { kind: "other", note: "drawn in its compiled fit" }),
    ConvMF: pair("U", "V"),
  },
};

/** implicit: `fit` keeps factors that were set before it. */
export const implicit: Codebase = {
  name: "implicit",
  title: "implicit",
  source: "https://github.com/benfred/implicit",
  version: "0.7.3",
  layout: "CSR float32, users x items",
  order: { rule: "by-id", from: "the caller's own lists, by the rows and columns of the CSR" },
  defaultWidth: 100,
  use: "helper",
  models: {
    als: {
      ...pair("user_factors", "item_factors", { kind: "uniform", low: 0, high: 0.01 }),
      note: "The first half-step solves the users from the items: only item_factors last.",
    },
    bpr: {
      parameters: [
        fused("users", "user_factors", cornacUniform, "d+1"),
        fused("items", "item_factors", cornacUniform, "d+1"),
      ],
      note: "The last column is the bias: 1 for users, 0 to begin with for items.",
    },
  },
};

/** LightFM, and its maintained fork lightfm-next. */
export const lightfm: Codebase = {
  name: "lightfm",
  title: "LightFM (lightfm-next)",
  source: "https://github.com/lyst/lightfm",
  version: "1.18.7 (lightfm-next)",
  layout: "COO float32, users x items",
  order: { rule: "by-id", from: "the caller's own lists, or `Dataset.mapping()`" },
  defaultWidth: 10,
  use: "helper",
  models: {
    LightFM: {
      ...pair("user_embeddings", "item_embeddings", cornacUniform),
      note: "Set after _initialize, then trained with fit_partial; fit would draw anew. Identity features only.",
    },
  },
};
