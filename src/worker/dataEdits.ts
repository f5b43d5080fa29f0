/** The trainer's methods about edits of the data. */
import type { EditsApi } from "./protocol/edits";
import type { TrainerState } from "./trainerState";

export function createEditsApi(state: TrainerState): EditsApi {
  return {
    async editData(edit, label) {
      state.requireIdle("change the data");
      return Promise.resolve(state.data.edit(edit, label));
    },
    async undoEdit() {
      state.requireIdle("change the data");
      return Promise.resolve(state.data.undoEdit());
    },
  };
}
