/** Code that loads what was taken away. The names are those of the downloaded files. */

/** `base` is the model the adapter belongs to; the ZIP holds the template that it was trained with, if any. */
export function toPeftSnippet(base: string, hasTemplate: boolean): string {
  const template = hasTemplate
    ? '\ntokenizer.chat_template = open(\n    "./adapter/chat_template.jinja"\n).read()'
    : "";
  return `from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = AutoModelForCausalLM.from_pretrained("${base}")
tokenizer = AutoTokenizer.from_pretrained("${base}")
model = PeftModel.from_pretrained(base, "./adapter")${template}`;
}

export const TRANSFORMERS_SNIPPET = `from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained("./model")
tokenizer = AutoTokenizer.from_pretrained("./model")`;

export const LLAMA_CPP_SNIPPET = `python convert_hf_to_gguf.py ./model --outfile tuned.gguf
llama-cli -m tuned.gguf -p "..."`;
