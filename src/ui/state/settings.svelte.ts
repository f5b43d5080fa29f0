import {
  defaultRunConfig,
  findConfigProblems,
  type Method,
  type RunConfig,
} from "@/core/runConfig";
import { FIELDS, type FieldGroup } from "@/core/runFields";
import { isOwnTemplate, type TemplateTexts } from "@/core/template";
import { TEMPLATE_TABLE } from "@/data/templates/table";
import type { DatasetState } from "./dataset.svelte";
import type { ModelState } from "./model.svelte";

export type SettingKey = keyof RunConfig;

const SETTING_KEYS = Object.keys(FIELDS) as SettingKey[];
export const GROUPS: FieldGroup[] = ["Method", "Length", "Optimizer", "Data", "Watching"];

export function keysOf(group: FieldGroup): SettingKey[] {
  return SETTING_KEYS.filter((key) => FIELDS[key].group === group);
}

/** Settings of the next run: the defaults for model and data, and what the person changed. */
export class SettingsState {
  overrides = $state.raw<Partial<RunConfig>>({});
  readonly #model: ModelState;
  readonly #data: DatasetState;
  readonly #onChange: () => void;
  #ownTexts: TemplateTexts | null = null;

  readonly defaults: RunConfig = $derived.by(() => this.#defaultsFor(this.overrides.method));
  readonly config: RunConfig = $derived({ ...this.defaults, ...this.overrides });
  readonly problems = $derived(findConfigProblems(this.config));
  readonly isValid = $derived(Object.keys(this.problems).length === 0);
  readonly changedKeys = $derived(SETTING_KEYS.filter((key) => this.isChanged(key)));

  constructor(
    model: ModelState,
    data: DatasetState,
    overrides: Partial<RunConfig>,
    onChange: () => void,
  ) {
    this.#model = model;
    this.#data = data;
    this.overrides = overrides;
    this.#onChange = onChange;
  }

  /** Takes the settings of another address. */
  replace(overrides: Partial<RunConfig>): void {
    if (JSON.stringify(overrides) === JSON.stringify(this.overrides)) return;
    this.overrides = overrides;
    this.#onChange();
  }

  isChanged(key: SettingKey): boolean {
    return key in this.overrides && !isSame(this.overrides[key], this.#defaultOf(key));
  }

  set<K extends SettingKey>(key: K, value: RunConfig[K]): void {
    const { template } = this.config;
    if (key === "template" && isOwnTemplate(template)) this.#ownTexts = template;
    this.overrides = isSame(value, this.#defaultOf(key))
      ? without(this.overrides, key)
      : { ...this.overrides, [key]: value };
    this.#onChange();
  }

  /** Several at once, such as what a remedy of the data doctor sets. */
  change(changes: Partial<RunConfig>): void {
    for (const key of SETTING_KEYS) {
      const value = changes[key];
      if (value !== undefined) this.set(key, value);
    }
  }

  /** The own template as it was left, or one that begins as the chosen one is. */
  chooseOwnTemplate(): void {
    const { template } = this.config;
    if (isOwnTemplate(template)) return;
    this.set(
      "template",
      this.#ownTexts ?? TEMPLATE_TABLE[template === "model" ? "alpaca" : template],
    );
  }

  /** One setting, or all of them, back to the default. */
  reset(key?: SettingKey): void {
    this.overrides = key === undefined ? {} : without(this.overrides, key);
    this.#onChange();
  }

  /** Takes a saved run's settings over; only what differs from the defaults counts as changed. */
  adopt(config: RunConfig): void {
    const defaults = this.#defaultsFor(config.method);
    const changed = SETTING_KEYS.filter(
      (key) => !isSame(config[key], key === "method" ? "lora" : defaults[key]),
    );
    this.overrides = Object.fromEntries(changed.map((key) => [key, config[key]]));
    this.#onChange();
  }

  #defaultsFor(method?: Method): RunConfig {
    return defaultRunConfig(this.#model.summary, method, this.#data.summary?.recordCount ?? null);
  }

  // The defaults follow the chosen method, so the method itself is compared with LoRA.
  #defaultOf(key: SettingKey): RunConfig[SettingKey] {
    return key === "method" ? "lora" : this.defaults[key];
  }
}

/** An own template is not one value but several texts. */
const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

function without(overrides: Partial<RunConfig>, key: SettingKey): Partial<RunConfig> {
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => name !== key));
}
