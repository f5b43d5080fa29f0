export type ThemeChoice = "system" | "light" | "dark";

const STORAGE_KEY = "tabtune-theme";
const NEXT: Record<ThemeChoice, ThemeChoice> = { system: "light", light: "dark", dark: "system" };

/** Light or dark: the system's choice until the person makes one. */
export class ThemeState {
  choice = $state<ThemeChoice>("system");
  #systemIsDark = $state(false);
  isDark = $derived(this.choice === "dark" || (this.choice === "system" && this.#systemIsDark));

  constructor() {
    const media = matchMedia("(prefers-color-scheme: dark)");
    this.#systemIsDark = media.matches;
    media.addEventListener("change", () => {
      this.#systemIsDark = media.matches;
      this.#show();
    });
    const stored = readStored();
    if (stored === "light" || stored === "dark") this.choice = stored;
    this.#show();
  }

  next(): void {
    this.choice = NEXT[this.choice];
    store(this.choice);
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.isDark ? "dark" : "light";
  }
}

// Storage throws where cookies are blocked; the theme then lasts for the visit only.
function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function store(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    return;
  }
}
