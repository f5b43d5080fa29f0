import type { StartOptions } from "./device.svelte";

const DEFAULT_HUB = "https://huggingface.co";

/** Reads `?backend=` and `?hub=`; anything that cannot be used counts as not given. */
export function parseStartOptions(search: string, baseUrl: string): StartOptions {
  const query = new URLSearchParams(search);
  const backend = query.get("backend");
  return {
    backend: backend === "webgpu" || backend === "wasm" ? backend : "auto",
    hubUrl: parseHttpUrl(query.get("hub")) ?? DEFAULT_HUB,
    baseUrl: new URL("./", baseUrl).href,
  };
}

function parseHttpUrl(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? text.replace(/\/$/, "") : null;
}
