import type { ModelConfig } from "../formats/hfConfig";
import type { Family } from "./family";
import { gpt2 } from "./gpt2";
import { gptNeox } from "./gptNeox";
import { llama } from "./llama";

const FAMILIES = { gpt_neox: gptNeox, gpt2, llama };

/** The family of a config. Each family only ever meets its own kind of config. */
export function familyOf(config: ModelConfig): Family {
  return FAMILIES[config.family];
}
