/**
 * Why a server might not have answered, and what to do. A failed `fetch` says only that it failed: a
 * page may not learn whether nobody listens, the server's CORS setting or the browser said no. So all
 * that can be the cause is listed, likeliest first, with the exact setting for this page's origin.
 */
import { guessServer, isLocalNetwork, isOwnMachine, type KnownServer } from "./address";

export type Cause = {
  title: string;
  whatToDo: string;
  /** To copy, where there is something to type. */
  commands: { where: string; text: string }[];
};

/** What the browser says about access to the local network; null where it does not say. */
export type NetworkPermission = "granted" | "denied" | "prompt" | null;

export function explainUnreachable(
  baseUrl: string,
  pageOrigin: string,
  permission: NetworkPermission,
): Cause[] {
  const url = new URL(baseUrl);
  const page = new URL(pageOrigin);
  const isOwn = isOwnMachine(url.hostname);
  const isLocal = isOwn || isLocalNetwork(url.hostname);
  const causes: Cause[] = [];
  if (page.protocol === "https:" && url.protocol === "http:" && !isOwn) {
    causes.push({
      title: "A page on https may not ask a server on http",
      whatToDo:
        "Browsers block this, except for a server on this same machine. Run the server on this machine, give it https, or open TabTune from this machine (npm start).",
      commands: [],
    });
  }
  const asksPermission = isLocal && !isOwnMachine(page.hostname);
  if (asksPermission && permission !== "granted") causes.push(explainPermission(permission));
  causes.push(explainCors(guessServer(baseUrl), page.origin, isLocal));
  causes.push({
    title: "Nobody listens there",
    whatToDo: isLocal
      ? `Start the server, and see that it says port ${url.port || (url.protocol === "https:" ? "443" : "80")}.`
      : "Check the address and your connection.",
    commands: [],
  });
  return causes;
}

function explainPermission(permission: NetworkPermission): Cause {
  const change =
    "Press the icon left of the address, open the site's settings, set “Local network access” (in some versions “Apps on device”) to Allow, and reload.";
  return permission === "denied"
    ? {
        title: "The browser keeps this page from the local network",
        whatToDo: `The permission was refused before. ${change}`,
        commands: [],
      }
    : {
        title: "The browser asks before a page may reach the local network",
        whatToDo: `Chrome and Edge show a question: choose Allow. If none came: ${change.charAt(0).toLowerCase()}${change.slice(1)}`,
        commands: [],
      };
}

function explainCors(server: KnownServer["id"] | null, origin: string, isLocal: boolean): Cause {
  const title = `The server does not allow pages from ${origin} (CORS)`;
  const ollama = [
    { where: "Linux, macOS in a terminal", text: `OLLAMA_ORIGINS="${origin}" ollama serve` },
    { where: "The macOS app", text: `launchctl setenv OLLAMA_ORIGINS "${origin}"` },
    { where: "Windows", text: `setx OLLAMA_ORIGINS "${origin}"` },
    {
      where: "Linux as a service: sudo systemctl edit ollama",
      text: `[Service]\nEnvironment="OLLAMA_ORIGINS=${origin}"`,
    },
  ];
  const lmStudio = [{ where: "LM Studio in a terminal", text: "lms server start --cors" }];
  const llamaCpp = [
    { where: "llama.cpp", text: `llama-server --cors-origins "${origin}" -m model.gguf` },
  ];
  switch (server) {
    case "ollama":
      return {
        title,
        whatToDo: "Set OLLAMA_ORIGINS to this page's origin, then quit Ollama and start it again.",
        commands: ollama,
      };
    case "lm-studio":
      return {
        title,
        whatToDo:
          "In LM Studio open Developer, Server settings, and turn “Enable CORS” on; or start its server so:",
        commands: lmStudio,
      };
    case "llama-cpp":
      return {
        title,
        whatToDo:
          "llama.cpp's server allows every page unless it was started with --cors-origins or with tools. Then name this page:",
        commands: llamaCpp,
      };
    case null:
      return isLocal
        ? {
            title,
            whatToDo: `Its setting for allowed origins must name ${origin}. For Ollama, LM Studio and llama.cpp:`,
            commands: [...ollama.slice(0, 1), ...lmStudio, ...llamaCpp],
          }
        : {
            title,
            whatToDo:
              "Many paid services answer programs only, and no pages. Then a server of your own can stand between (such as LiteLLM), or use a service that allows pages.",
            commands: [],
          };
  }
}

/** Asks the browser. Chrome 142 knows the name; others throw. */
export async function queryNetworkPermission(): Promise<NetworkPermission> {
  try {
    const name = "local-network-access" as PermissionName;
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return null;
  }
}
