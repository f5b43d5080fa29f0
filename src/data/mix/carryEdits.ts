/** Edits by hand, when shares of a mix change or parts come and go. */
import type { Conversation } from "../conversation";
import type { Dataset } from "../dataset";
import { withEdits, type DataEdit, type EditedData } from "../edits/edits";

/** Which record each conversation of a data set is; one that is not mixed is the part `aloneId`. */
function originsOf({ mix, conversations }: Dataset, aloneId: number): string[] {
  if (!mix) return conversations.map((_, i) => `${aloneId}:${i}`);
  return mix.parts.flatMap(({ id }, at) => {
    const picked = mix.picked[at] ?? [];
    return [...picked.keys()].filter((i) => picked[i]).map((i) => `${id}:${i}`);
  });
}

/**
 * What was changed in `former`, on the same records of `next`. A record that is no longer taken takes its
 * change along; added ones stay.
 */
export function carryEdits(
  { dataset, edited }: { dataset: Dataset; edited: EditedData },
  next: Dataset,
  aloneId = 0,
): EditedData {
  const idOf = new Map(originsOf(next, aloneId).map((origin, id) => [origin, id]));
  const changes: { id: number; conversation: Conversation }[] = [];
  const ids: number[] = [];
  const origins = originsOf(dataset, aloneId);
  for (const [formerId, origin] of origins.entries()) {
    const id = idOf.get(origin);
    if (id === undefined) continue;
    if (edited.isExcluded(formerId)) ids.push(id);
    if (!edited.isChanged(formerId)) continue;
    const { line, category, times } = next.conversations[id] as Conversation;
    const changed = { ...edited.get(formerId) };
    delete changed.times;
    // A category that was not changed by hand is the part's.
    const isOwn = changed.category !== dataset.conversations[formerId]?.category;
    changes.push({
      id,
      conversation: {
        ...changed,
        line,
        ...(!isOwn && category !== undefined && { category }),
        ...(times !== undefined && { times }),
      },
    });
  }
  const added: Conversation[] = [];
  for (let formerId = origins.length; formerId < edited.all.length; formerId++) {
    if (edited.isExcluded(formerId)) ids.push(next.conversations.length + added.length);
    added.push(edited.get(formerId));
  }
  const edits: DataEdit[] = [
    { kind: "replaceMany", changes },
    { kind: "add", conversations: added },
    { kind: "exclude", ids },
  ];
  return withEdits(next.conversations, edits);
}
