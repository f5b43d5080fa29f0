/** Addresses of servers that speak OpenAI's chat form. */

export type KnownServer = {
  id: "ollama" | "lm-studio" | "llama-cpp";
  title: string;
  /** Where it listens if nobody changed it. */
  address: string;
};

export const KNOWN_SERVERS: readonly KnownServer[] = [
  { id: "ollama", title: "Ollama", address: "http://localhost:11434/v1" },
  { id: "lm-studio", title: "LM Studio", address: "http://localhost:1234/v1" },
  { id: "llama-cpp", title: "llama.cpp", address: "http://localhost:8080/v1" },
];

/**
 * The base of an API from what a person types: without the name of a call at its end, and with
 * `/v1` where there is no path at all. null when it is no http address.
 */
export function parseBaseUrl(typed: string): string | null {
  const text = typed.trim();
  if (text === "") return null;
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `${guessScheme(text)}://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  // A name and password in an address would be sent along with every request.
  if (url.username !== "" || url.password !== "") return null;
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/completions|models)$/, "");
  return `${url.origin}${path === "" ? "/v1" : path}`;
}

/** Servers without a name on the internet hardly ever have a certificate. */
function guessScheme(text: string): "http" | "https" {
  const hostname = text.replace(/[:/].*$/, "");
  return !/[a-z]/i.test(hostname) || !hostname.includes(".") ? "http" : "https";
}

/** True for names of this very machine. */
export function isOwnMachine(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

/** True for addresses inside a home or office network (RFC 1918, link-local, `.local` names). */
export function isLocalNetwork(hostname: string): boolean {
  return (
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(hostname) ||
    /^\[f[cde]/i.test(hostname) ||
    /\.local$/i.test(hostname)
  );
}

/** A key that would travel readable for everyone on the way. */
export function isKeyExposed(baseUrl: string, key: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return key !== "" && protocol === "http:" && !isOwnMachine(hostname);
}

/** The server that this address looks like, by its port. */
export function guessServer(baseUrl: string): KnownServer["id"] | null {
  const { port, hostname } = new URL(baseUrl);
  if (!isOwnMachine(hostname) && !isLocalNetwork(hostname)) return null;
  return KNOWN_SERVERS.find(({ address }) => new URL(address).port === port)?.id ?? null;
}
