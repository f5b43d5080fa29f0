/** Questions from the page: one prompt to both sides, or a whole set. */
import { AppError } from "@/core/errors";
import type { TemplateChoice } from "@/core/template";
import { createTemplate } from "@/data/templates/createTemplate";
import { viewOf } from "@/engine/train/tuned";
import { answerPrompt, type AnswerContext } from "./answers";
import { PINNED_PREFIX, type TrainerApi } from "./protocol";
import type { TrainerState } from "./trainerState";

type AskingApi = Pick<TrainerApi, "compare" | "stopCompare" | "measure">;

/** The trainer's methods that answer. */
export function createAskingApi(state: TrainerState): AskingApi {
  const stoppedRequests = new Set<string>();
  /** A pinned prompt being answered outside a run: a person's own question does not wait for it. */
  let pinnedRequest: string | null = null;
  const emit: TrainerState["emit"] = (event) => state.emit(event);

  return {
    async compare(requestId, { prompt, template, sampling }) {
      const isPinned = requestId.startsWith(PINNED_PREFIX);
      if (pinnedRequest !== null && !isPinned) stoppedRequests.add(pinnedRequest);
      await state.lock.run(async () => {
        // In its turn: a model that is on its way to the device is waited for.
        const context = contextOf(state, template);
        const { model } = context.loaded;
        if (isPinned) pinnedRequest = requestId;
        const view = state.tuned ? viewOf(model, state.tuned) : model.baseView;
        const sides = [
          { side: "base" as const, view: model.baseView },
          { side: "tuned" as const, view },
        ];
        const isStopped = () => stoppedRequests.has(requestId);
        try {
          await answerPrompt(context, requestId, prompt, sampling, sides, emit, isStopped);
        } finally {
          pinnedRequest = null;
          stoppedRequests.delete(requestId);
        }
      });
    },

    stopCompare(requestId) {
      stoppedRequests.add(requestId);
      return Promise.resolve();
    },

    async measure(requestId, request) {
      const { session } = state;
      if (session?.isTraining && !session.isPaused) {
        throw new AppError("run/busy", "A run is training: pause or stop it before you measure.");
      }
      const context = contextOf(state, request.template);
      const { tuned, generation } = state;
      try {
        await state.measuring.run(requestId, request, {
          context,
          ownSets: state.data.questionSets,
          tunedView: tuned && viewOf(context.loaded.model, tuned),
          // A record at a time: questions come in between, and another run or model ends it all.
          inTurn: (task) => state.lock.run(task),
          isStopped: () => stoppedRequests.has(requestId) || state.generation !== generation,
          emit,
        });
      } finally {
        stoppedRequests.delete(requestId);
      }
    },
  };
}

function contextOf(state: TrainerState, template: TemplateChoice): AnswerContext {
  const loaded = state.requireModel();
  return {
    loaded,
    template: createTemplate(template, loaded.tokenizer),
    isRaw: state.data.isRaw,
    step: state.session?.run.step ?? 0,
  };
}
