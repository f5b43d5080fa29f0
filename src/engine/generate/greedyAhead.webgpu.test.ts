import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "../testing/backend";
import { createTinyModel } from "../testing/tinyModel";
import { KvCache } from "../model/kvCache";
import { tf } from "../tfjs";
import { greedyTokens } from "./greedyAhead";

beforeAll(startTestBackend);

it("gives as many tokens as asked for, and stops when nobody asks any more", async () => {
  const model = createTinyModel(1);
  const prompt = { tokenIds: Int32Array.from({ length: 16 }, (_, i) => i), length: 11 };
  const answer = async (count: number, stopAfter = Infinity): Promise<number[]> => {
    const cache = new KvCache(1, 64);
    const ids: number[] = [];
    for await (const id of greedyTokens(model, model.baseView, prompt, count, cache)) {
      ids.push(id);
      if (ids.length === stopAfter) break;
    }
    cache.dispose();
    return ids;
  };
  const whole = await answer(9);
  expect(whole.length).toBe(9);
  const tensors = tf.memory().numTensors;
  for (const count of [1, 2, 4, 5]) expect(await answer(count)).toEqual(whole.slice(0, count));
  expect(await answer(9, 3)).toEqual(whole.slice(0, 3));
  expect(tf.memory().numTensors).toBe(tensors);
  model.dispose();
});
