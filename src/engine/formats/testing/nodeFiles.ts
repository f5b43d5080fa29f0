/// <reference types="node" />
/** Files that unit tests of this folder read. Only tests import this. */
import { openAsBlob, readdirSync } from "node:fs";

const ROOT = new URL("../../../../", import.meta.url);
const SHARED = new URL("../shared/", ROOT);

/** A file of `fixtures/formats/`. */
export const openFixture = (name: string): Promise<Blob> =>
  openAsBlob(new URL(`fixtures/formats/${name}`, ROOT));

export const openShared = (path: string): Promise<Blob> => openAsBlob(new URL(path, SHARED));

/** Names in a folder of `../shared`. */
export const listShared = (path: string): string[] => readdirSync(new URL(path, SHARED));

/** Whether two Blobs hold the same bytes; far quicker than comparing numbers one by one. */
export async function haveSameBytes(a: Blob, b: Blob): Promise<boolean> {
  return Buffer.from(await a.arrayBuffer()).equals(Buffer.from(await b.arrayBuffer()));
}
