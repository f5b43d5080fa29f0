import { expect, test } from "vitest";
import { ProgressMeter, type DownloadProgress } from "./progress";

function setup() {
  let nowMs = 0;
  const reports: DownloadProgress[] = [];
  const meter = new ProgressMeter(
    (progress) => reports.push(progress),
    () => nowMs,
  );
  const addAt = (atMs: number, bytes: number) => {
    nowMs = atMs;
    meter.add(bytes);
  };
  return { meter, reports, addAt };
}

test("bytes, rate and time left are told", () => {
  const { meter, reports, addAt } = setup();
  meter.totalBytes = 10_000;
  addAt(1000, 2000);
  expect(reports.at(-1)).toEqual({
    doneBytes: 2000,
    totalBytes: 10_000,
    bytesPerSecond: 2000,
    secondsLeft: 4,
  });
});

test("the rate is that of the last seconds", () => {
  const { meter, reports, addAt } = setup();
  meter.totalBytes = 1e6;
  for (let second = 1; second <= 10; second++) addAt(1000 * second, 1000);
  for (let second = 11; second <= 20; second++) addAt(1000 * second, 5000);
  expect(reports.at(-1)?.bytesPerSecond).toBe(5000);
});

test("many small chunks are reported ten times a second", () => {
  const { reports, addAt } = setup();
  for (let ms = 1; ms <= 1000; ms++) addAt(ms, 1);
  expect(reports.length).toBeLessThanOrEqual(11);
});

test("an unknown total gives no time left, and the end is told whole", () => {
  const { meter, reports, addAt } = setup();
  addAt(500, 100);
  expect(reports.at(-1)).toMatchObject({ totalBytes: 0, secondsLeft: null });
  meter.finish();
  expect(reports.at(-1)).toMatchObject({ doneBytes: 100, totalBytes: 100, secondsLeft: 0 });
});
