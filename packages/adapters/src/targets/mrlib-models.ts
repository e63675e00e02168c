import { branches, fused, pair, preferences, xavier } from "./tables.ts";
import type { Codebase, ModelTarget } from "./types.ts";

const idPair: ModelTarget = pair("user_embedding.weight", "item_id_embedding.weight");
const movedOnGpu =
  "Moved with .to(device) after it was made: a parameter on the CPU, a plain tensor on a GPU.";

/** MRLib, all models of src/models. */
export const mrlib: Codebase = {
  name: "mrlib",
  title: "MRLib",
  source: "https://github.com/Jinfeng-Xu/Multimodal-Recommendation-Library",
  version: "df1768a",
  layout: "as MMRec; every `*_feat.npy` and `*_feat.pt` found is a modality",
  order: { rule: "row-is-id", from: "IDs from 0 in the .inter table" },
  defaultWidth: 64,
  use: "launcher",
  startIn: ".",
  models: {
    BM3: idPair,
    COHESION: {
      parameters: [
        ...branches(preferences),
        { ...fused("users", "id_gcn.preference"), normalized: true },
        fused("items", "id_feat"),
      ],
      note: "The id branch takes the fused table.",
    },
    DAMRS: idPair,
    DRAGON: { parameters: branches(preferences, { latent: 64 }) },
    DiffMM: pair("uEmbeds", "iEmbeds"),
    DualGNN: { parameters: branches(preferences, { latent: 64 }), note: movedOnGpu },
    FREEDOM: idPair,
    GRCN: { parameters: [...branches(preferences), fused("nodes", "id_gcn.id_embedding")], note: movedOnGpu },
    HPMRec: {
      parameters: [
        ...branches({ image: "v_gcn.emb_s", text: "t_gcn.emb_s" }),
        { ...fused("users", "id_gcn.emb_s"), normalized: true },
        fused("items", "id_feat"),
      ],
      note: `The real component of each hypercomplex table; the others (emb_x) keep their random start. ${movedOnGpu}`,
    },
    LATTICE: idPair,
    LGMRec: idPair,
    LOBSTER: pair("user_embds", "item_embds"),
    MENTOR: {
      parameters: [
        ...branches(preferences, { latent: 64 }),
        { ...fused("users", "id_gcn.preference", xavier, "latent"), latent: 64, normalized: true },
        { ...fused("items", "id_feat", xavier, "latent"), latent: 64 },
      ],
      note: "Perturbed copies of the branches (v_gcn_n1, …) keep their random start.",
    },
    MGCN: idPair,
    MMGCN: {
      parameters: [
        { ...branches(preferences, { tensor: "plain" })[0]!, latent: 256 },
        { ...branches(preferences, { tensor: "plain" })[1]!, width: "raw" },
        { ...fused("nodes", "id_embedding"), tensor: "plain" },
      ],
      note: "Plain tensors: the model starts from them, but no optimizer trains them.",
    },
    MMSSL: pair("user_id_embedding.weight", "item_id_embedding.weight"),
    PGL: {
      parameters: branches(
        { image: "user_image.weight", text: "user_text.weight" },
        { width: "d", normalized: false },
      ),
      note: "Has no item-ID table.",
    },
    SLMRec: pair("embedding_user.weight", "embedding_item.weight"),
    SMORE: idPair,
    SSR: {
      parameters: [...branches(preferences), fused("items", "item_id_embedding.weight")],
      files: [
        {
          name: "user_emb.npy",
          rows: "users",
          purpose: "is read from the dataset's folder, as the features of a graph of nearest users",
        },
      ],
      note: "Its user_id_embedding takes no part in the scores; the branches do. With user_emb.npy the commit read here stops at its first epoch: the guide has the change of one line.",
    },
    VBPR: {
      parameters: [fused("users", "u_embedding", xavier, "2d"), fused("items", "i_embedding")],
      note: "The user table is the ID half, then the content half; the item table is the ID half alone.",
    },
  },
};
