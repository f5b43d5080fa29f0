/** What to do about each fault. A code without advice does not compile. */
import type { ErrorCode } from "@/core/errors";

/** What the panel's button does; the place that shows the error decides how. */
export type AdviceAction = "retry" | "reload" | "restart" | "open-data" | "open-model" | "settings";

export type Advice = { title: string; whatToDo: string; action?: AdviceAction };

export const ADVICE: Record<ErrorCode, Advice> = {
  "backend/unavailable": {
    title: "This browser cannot compute here",
    whatToDo:
      "Open this page in a current Chrome, Edge, Firefox or Safari, over https. If you forced a backend in the address (?backend=…), remove that part.",
    action: "reload",
  },
  "gpu/device-lost": {
    title: "The GPU went away",
    whatToDo:
      "The browser or the driver reset it, often because memory ran short. Your last save is kept: restart, then resume the run. Close other heavy tabs first.",
    action: "restart",
  },
  "gpu/out-of-memory": {
    title: "The GPU is out of memory",
    whatToDo:
      "Make the batch or the longest example smaller, use LoRA, or choose a smaller model. Then start again.",
    action: "settings",
  },
  "gpu/failed": {
    title: "The GPU reported a fault",
    whatToDo:
      "Restart and resume from the last save. If it comes back, add ?backend=wasm to the address to compute on the processor.",
    action: "restart",
  },
  "model/unknown-family": {
    title: "This kind of model is not supported",
    whatToDo:
      "Choose a model of the families gpt_neox (Pythia), gpt2 (distilgpt2) or llama (SmolLM, TinyLlama).",
    action: "open-model",
  },
  "model/bad-config": {
    title: "The model's config.json cannot be used",
    whatToDo: "Check that the folder is a whole Hugging Face model, or choose another model.",
    action: "open-model",
  },
  "model/missing-file": {
    title: "A file of the model is missing",
    whatToDo:
      "A model needs config.json, tokenizer.json and its .safetensors. Add the missing file.",
    action: "open-model",
  },
  "model/missing-tensors": {
    title: "The model's weights are not complete",
    whatToDo: "If the model comes in several .safetensors, add all of them and their index file.",
    action: "open-model",
  },
  "model/wrong-shape": {
    title: "The weights do not fit the config",
    whatToDo: "Use weights and config.json from the same model and the same revision.",
    action: "open-model",
  },
  "model/bad-safetensors": {
    title: "A weights file is damaged",
    whatToDo: "Download it again; it may have been cut off.",
    action: "retry",
  },
  "model/pickle": {
    title: "These weights are in a format that can run code",
    whatToDo:
      "TabTune reads only .safetensors. Most models have such a revision on Hugging Face: look under “Files”.",
    action: "open-model",
  },
  "model/too-large": {
    title: "The model is too large for this device",
    whatToDo: "Choose a smaller model, use LoRA, or shorten the longest example.",
    action: "open-model",
  },
  "model/vocabulary": {
    title: "Tokenizer and weights do not fit",
    whatToDo: "Use the tokenizer.json that came with these weights.",
    action: "open-model",
  },
  "model/bad-tokenizer": {
    title: "The tokenizer cannot be read",
    whatToDo: "The model needs a tokenizer.json (the “fast” kind). Choose a model that has one.",
    action: "open-model",
  },
  "model/bad-adapter": {
    title: "This adapter does not fit",
    whatToDo:
      "Load the base model it was trained on first, and add both adapter_config.json and adapter_model.safetensors.",
  },
  "hub/not-found": {
    title: "No such model on Hugging Face",
    whatToDo: "Check the id (owner/name) and the revision, letter by letter.",
  },
  "hub/gated": {
    title: "This model is behind a sign-in",
    whatToDo:
      "Its owner asks you to agree to terms. Download it on Hugging Face after signing in, then drop the folder here.",
  },
  "hub/failed": {
    title: "The download did not work",
    whatToDo: "Check your connection and try again. What already arrived is kept.",
    action: "retry",
  },
  "hub/cancelled": {
    title: "Loading was cancelled",
    whatToDo: "Nothing was changed. Start it again whenever you like.",
    action: "retry",
  },
  "data/not-found": {
    title: "There is no such data",
    whatToDo: "Check the address or the name, letter by letter.",
  },
  "data/gated": {
    title: "This data is behind a sign-in",
    whatToDo: "Sign in there, download it, and drop the file here.",
  },
  "data/unreachable": {
    title: "The data could not be fetched",
    whatToDo: "Try again in a moment; or download the file yourself and drop it here.",
  },
  "data/unreadable": {
    title: "The file cannot be read",
    whatToDo:
      "Use JSON lines, a JSON list, CSV, TSV, Parquet, Markdown or plain text; ZIP and gzip of these are opened too.",
    action: "open-data",
  },
  "data/nothing-usable": {
    title: "No example could be used",
    whatToDo:
      "Give each example a prompt and an answer, in a form that is read; or choose other data.",
    action: "open-data",
  },
  "data/too-large": {
    title: "The file is too large for a tab",
    whatToDo:
      "Take a part of it: a few thousand good examples teach more than a million poor ones.",
    action: "open-data",
  },
  "data/bad-mapping": {
    title: "The columns do not fit the format",
    whatToDo: "Choose a column for every field that is needed.",
    action: "open-data",
  },
  "data/no-trained-tokens": {
    title: "There is nothing to learn in this data",
    whatToDo: "No example has an answer left. Allow longer examples, or check the answer column.",
    action: "settings",
  },
  "run/bad-config": {
    title: "A setting cannot be used",
    whatToDo: "Open the settings: the field says what it accepts.",
    action: "settings",
  },
  "run/not-finite": {
    title: "The loss is no longer a number",
    whatToDo:
      "The steps were too large. Choose a learning rate three to ten times smaller and start again. The last good save is kept.",
    action: "settings",
  },
  "run/no-model": {
    title: "There is no model yet",
    whatToDo: "Load a model first.",
    action: "open-model",
  },
  "run/no-data": {
    title: "There is no data yet",
    whatToDo: "Choose the examples to teach first.",
    action: "open-data",
  },
  "run/busy": {
    title: "Something else is still at work",
    whatToDo: "Wait for it to end, or stop it, then try again.",
  },
  "run/cannot-resume": {
    title: "This run cannot be continued",
    whatToDo: "The saved state does not fit the model or the data any more. Start a new run.",
  },
  "storage/unavailable": {
    title: "Runs cannot be saved here",
    whatToDo:
      "Private windows and plain http have no storage. You can still tune; take the adapter away before you close the tab.",
  },
  "storage/quota": {
    title: "The browser's storage is full",
    whatToDo: "Delete saved runs under Take away, or free disk space. The run itself goes on.",
  },
  "storage/failed": {
    title: "Saving did not work",
    whatToDo: "The run itself goes on. Take the adapter away before you close the tab.",
  },
  "teacher/unreachable": {
    title: "The server did not answer",
    whatToDo: "The browser does not tell a page why. Go through the causes below, then try again.",
    action: "retry",
  },
  "teacher/refused": {
    title: "The server wants another key",
    whatToDo: "Check the key, and that it may use this model. A server of your own needs none.",
  },
  "teacher/busy": {
    title: "The server has no time, or your budget there is used up",
    whatToDo: "Wait a while, or look at your limits there. What is made so far is kept.",
    action: "retry",
  },
  "teacher/cut-off": {
    title: "An answer broke off",
    whatToDo: "The connection or the server ended in the middle. What is made so far is kept.",
    action: "retry",
  },
  "teacher/failed": {
    title: "The request to the teacher failed",
    whatToDo: "Check the address and the name of the model; the server's own words are above.",
    action: "retry",
  },
  "teacher/no-onnx": {
    title: "This model cannot run in the tab",
    whatToDo: "Choose one with ONNX files, such as those of onnx-community on Hugging Face.",
  },
  "worker/crashed": {
    title: "The trainer stopped",
    whatToDo:
      "Most often the tab ran out of memory. Restart it; a saved run can be resumed. Use a smaller batch or model if it comes back.",
    action: "restart",
  },
  internal: {
    title: "Something went wrong in TabTune",
    whatToDo:
      "This is our mistake. Reload the page; if it comes back, report it with the text above.",
    action: "reload",
  },
};
