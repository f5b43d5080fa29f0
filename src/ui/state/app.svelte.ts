import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import { defaultSampling } from "@/core/generation";
import type { TemplateChoice } from "@/core/template";
import type { ColumnMapping } from "@/data/columns";
import type { DataEdit } from "@/data/edits/edits";
import type {
  DatasetSummary,
  DataSource,
  ModelSource,
  NamedBlob,
  PinnedPrompt,
  TrainerApi,
} from "@/worker/protocol";
import type { MixSettings } from "@/worker/protocol/mix";
import { parseAddress, toHash, type Place } from "./address";
import { findBlocker } from "./blocker";
import { CompareState } from "./compare.svelte";
import { DatasetState } from "./dataset.svelte";
import { DeviceState, type StartOptions } from "./device.svelte";
import { DoctorState } from "./doctor.svelte";
import { hear } from "./hear";
import {
  findSource,
  firstSource,
  openLibrary,
  toPrompts,
  toSourceTitle,
  type Library,
} from "./library";
import { MeasureState } from "./measure.svelte";
import { MixState } from "./mix.svelte";
import { ModelState } from "./model.svelte";
import { PinnedState } from "./pinned.svelte";
import { ProfileState } from "./profile.svelte";
import { RunState } from "./run.svelte";
import { SavedRunsState } from "./savedRuns.svelte";
import { SettingsState } from "./settings.svelte";
import { SleepWatch } from "./sleepWatch.svelte";
import { TableState } from "./table.svelte";
import { TakeAwayState } from "./takeAway.svelte";
import type { TeacherState } from "./teacher.svelte";
import { ThemeState } from "./theme.svelte";

export type AppOptions = {
  trainer: TrainerApi;
  start: StartOptions;
  hash: string;
  saveFile: (file: NamedBlob) => void;
  /** Starts a new thread after a crash. */
  restartTrainer: () => void;
  /** What comes with the page; tests bring their own. */
  library?: Library;
};

/** Typing in a number field should not count the data set at every key. */
const ENCODE_DELAY_MS = 250;

/** Everything the page knows, and the order in which its parts act on each other. */
export class AppState {
  readonly trainer: TrainerApi;
  readonly library: Library;
  readonly device: DeviceState;
  readonly model: ModelState;
  readonly data: DatasetState;
  readonly doctor: DoctorState;
  readonly profile: ProfileState;
  readonly mix: MixState;
  readonly table: TableState;
  readonly settings: SettingsState;
  readonly run: RunState;
  readonly pinned: PinnedState;
  readonly compare: CompareState;
  readonly measure: MeasureState;
  readonly saved: SavedRunsState;
  readonly takeAway: TakeAwayState;
  readonly theme = new ThemeState();
  readonly sleep = new SleepWatch();
  readonly #options: AppOptions;

  place = $state<Place>("train");
  linkProblems = $state.raw<string[]>([]);
  isSettingsOpen = $state(false);
  /** The thread died; nothing works until it is started again. */
  crash = $state.raw<ErrorRecord | null>(null);
  hash = $derived.by(() => toHash(this.place, this.settings.overrides));
  /** True when the tuned side differs from the base. */
  hasTuned = $derived.by(() => this.run.hasTuned || this.model.attachedAdapter !== null);
  /** What keeps a run from starting, as a sentence; null when nothing does. */
  blocker = $derived.by(() => findBlocker(this));
  /** Tune was pressed, and what it needs is not there yet. */
  isStartAwaited = $state(false);
  #encodeTimer: ReturnType<typeof setTimeout> | undefined;
  /** The latest count with the prompts that are pinned after it. */
  #refresh = Promise.resolve();
  /** The data changed under a tuned model, whose answers stay until the next run. */
  #arePinsOutdated = false;
  #teacher: Promise<TeacherState> | null = null;

  constructor(options: AppOptions) {
    const { trainer } = options;
    const address = parseAddress(options.hash);
    this.#options = options;
    this.trainer = trainer;
    this.library = options.library ?? openLibrary(options.start.baseUrl);
    this.place = address.place;
    this.linkProblems = address.problems;
    this.device = new DeviceState(trainer, options.start);
    this.model = new ModelState(trainer);
    this.table = new TableState({
      trainer,
      edit: (edit, label) => this.editData(edit, label),
      saveFile: options.saveFile,
    });
    this.data = new DatasetState(trainer, (what) => this.#lookAnew(what));
    this.mix = new MixState(trainer, this.data);
    this.settings = new SettingsState(this.model, this.data, address.overrides, () =>
      this.#encodeSoon(),
    );
    this.doctor = new DoctorState({
      trainer,
      getConfig: () => $state.snapshot(this.settings.config),
      change: (act) => this.#changeData(act),
      set: (changes) => this.settings.change(changes),
    });
    this.profile = new ProfileState(trainer, () => $state.snapshot(this.settings.config));
    this.run = new RunState(trainer);
    this.pinned = new PinnedState(trainer);
    this.compare = new CompareState(trainer);
    const measured = this.library.sets.filter(({ use }) => use === "evaluation");
    this.measure = new MeasureState(
      trainer,
      () => [...(this.data.summary?.measuredWith ?? []), ...measured],
      options.saveFile,
    );
    this.saved = new SavedRunsState(trainer);
    this.takeAway = new TakeAwayState(trainer, options.saveFile);
  }

  /** Brings up the bundled model and data that it can learn: a whole project to begin with. */
  async start(source: DataSource | null = firstSource(this.library)): Promise<void> {
    try {
      await this.trainer.subscribe((event) => hear(this, event));
    } catch (thrown) {
      this.device.fail(toErrorRecord(thrown));
      return;
    }
    if (!(await this.device.start())) return;
    await this.saved.list();
    this.saved.offerLatest();
    await Promise.all([this.loadModel({ kind: "bundled" }), source && this.readData(source)]);
  }

  async restart(): Promise<void> {
    this.#options.restartTrainer();
    this.crash = null;
    this.model.forget();
    this.mix.isAdding = false;
    const former = this.mix.summary;
    await this.start(this.data.source ?? undefined);
    if (former && (await this.mix.restore(former))) await this.#refreshData();
  }

  async loadModel(source: ModelSource): Promise<void> {
    if (await this.model.load(source)) {
      // Run and answers belonged to the former model.
      this.run.clear();
      this.pinned.forgetAnswers();
      this.measure.clear();
    } else if (!this.model.summary) {
      // The count that was waited for does not come.
      if (this.data.summary) this.#lookAnew("count");
      return;
    }
    await this.#refreshData();
    // A failed load may have cost the former model: counting then says so.
    const { encodingStatus } = this.data;
    if (encodingStatus.kind === "failed" && encodingStatus.error.code === "run/no-model") {
      this.model.lose();
      this.run.clear();
    }
  }

  /** Opens data, or adds it to what is there where that was asked for. */
  async readData(source: DataSource): Promise<void> {
    const title = toSourceTitle(this.library, source);
    const isRead = await (this.mix.isAdding
      ? this.mix.add(source, title)
      : this.data.read(source, title));
    if (isRead) await this.#refreshData();
  }

  async setMix(settings: MixSettings): Promise<void> {
    if (await this.mix.set(settings)) await this.#refreshData();
  }

  /** `partId` names the part of a mix that is read so. */
  async setMapping(mapping: ColumnMapping, partId: number | null = null): Promise<void> {
    if (await this.data.map(mapping, partId)) await this.#refreshData();
  }

  /**
   * Changes records by hand; null takes the latest edit back. True when it was done; counting anew
   * goes on after that.
   */
  editData(edit: DataEdit | null, label = ""): Promise<boolean> {
    const { trainer } = this;
    return this.#changeData(() => (edit ? trainer.editData(edit, label) : trainer.undoEdit()));
  }

  /** What makes records with a language model; it is fetched when somebody first asks for it. */
  openTeacher(): Promise<TeacherState> {
    this.#teacher ??= import("./teacher/teacherHost.svelte").then(
      ({ createTeacher }) => createTeacher(this, this.#options.start.hubUrl),
      (error: unknown) => {
        this.#teacher = null;
        throw error;
      },
    );
    return this.#teacher;
  }

  async startRun(): Promise<void> {
    if (this.blocker !== null || this.isStartAwaited) return;
    this.isStartAwaited = true;
    try {
      await this.#refresh;
      await this.data.counted();
      if (this.blocker === null && this.#arePinsOutdated) await this.#suggestPins();
    } finally {
      this.isStartAwaited = false;
    }
    if (this.blocker !== null) return;
    this.pinned.runStarts();
    this.measure.clear();
    this.model.attachedAdapter = null;
    const config = $state.snapshot(this.settings.config);
    await this.run.start(config, this.data.encoding?.totalSteps ?? 0);
  }

  async attachAdapter(files: File[]): Promise<void> {
    const attached = await this.model.attachAdapter(files);
    if (!attached) return;
    if (attached.template !== null) this.settings.set("template", attached.template);
    this.run.clear();
    this.pinned.forgetAnswers();
    this.measure.clear();
    await this.pinned.resend(defaultSampling());
    await this.pinned.askMissing(this.#template, defaultSampling());
  }

  async restoreRun(runId: string): Promise<void> {
    const restored = await this.saved.restore(runId);
    if (!restored) return;
    this.model.adopt(restored.model);
    this.data.adopt(restored.dataset, restored.encoding);
    this.data.source = findSource(this.library, restored.dataset.name);
    this.run.adopt(restored);
    this.measure.clear();
    this.pinned.adopt(restored.pinnedPrompts, toPrompts(this.library, this.data.source));
    this.settings.adopt(restored.saved.config);
    this.place = "train";
    await this.refreshPins();
  }

  /** What a model learned it must be asked in; a next run may have other settings. */
  get #template(): TemplateChoice {
    return (this.run.config ?? this.settings.config).template;
  }

  /** Asks for the pinned answers that no run will give. */
  async refreshPins(): Promise<void> {
    if (this.run.isActive || !this.model.summary) return;
    await this.pinned.askMissing(this.#template, defaultSampling());
  }

  async changePins(change: (pinned: PinnedState) => Promise<void>): Promise<void> {
    await change(this.pinned);
    if (this.run.isActive) this.pinned.expectAnswers();
    else if (this.hasTuned) await this.refreshPins();
  }

  pin(prompt: PinnedPrompt): Promise<void> {
    return this.changePins((pinned) => pinned.add(prompt, defaultSampling()));
  }

  async ask(prompt: PinnedPrompt): Promise<void> {
    await this.compare.ask(prompt, this.#template);
  }

  async startMeasuring(): Promise<void> {
    await this.measure.measure(this.#template, this.run.currentStep);
  }

  /** The thread is gone, and with it model and run. */
  fail(error: ErrorRecord): void {
    this.crash = error;
    this.run.fail(error);
    this.compare.fail(error);
    this.measure.fail(error);
  }

  #refreshData(): Promise<void> {
    return (this.#refresh = this.#countAndPin());
  }

  async #countAndPin(): Promise<void> {
    if (!this.data.summary) return;
    const config = $state.snapshot(this.settings.config);
    if (this.model.summary) await this.data.encode(config);
    if (this.data.encodingStatus.kind === "failed") return;
    this.#arePinsOutdated = this.run.hasTuned;
    if (!this.#arePinsOutdated) await this.#suggestPins();
  }

  async #suggestPins(): Promise<void> {
    const config = $state.snapshot(this.settings.config);
    this.#arePinsOutdated = false;
    await this.pinned.suggest(
      toPrompts(this.library, this.data.source),
      (first, count) => this.data.viewExamples(first, count, config),
      defaultSampling(),
    );
  }

  async #changeData(act: () => Promise<DatasetSummary>): Promise<boolean> {
    if (!(await this.data.change(act))) return false;
    if (this.model.summary) void this.data.encode($state.snapshot(this.settings.config));
    return true;
  }

  /** Table, doctor and profile: with a model the latter two wait for the count, which is another look at the records. */
  #lookAnew(what: "data" | "edit" | "count"): void {
    void (what === "data" ? this.table.reset() : this.table.refresh());
    if (what === "data") {
      this.doctor.clear();
      this.profile.clear();
    }
    if (this.data.summary?.use === "evaluation") return;
    const { status, summary } = this.model;
    const isCountComing = what !== "count" && (summary !== null || status.kind === "loading");
    if (isCountComing && !(what === "data" && this.data.encoding)) return;
    this.doctor.refresh();
    this.profile.demand.refresh();
  }

  #encodeSoon(): void {
    clearTimeout(this.#encodeTimer);
    this.#encodeTimer = setTimeout(() => {
      if (this.data.summary && this.model.summary && this.settings.isValid) {
        void this.data.encode($state.snapshot(this.settings.config));
      }
    }, ENCODE_DELAY_MS);
  }
}
