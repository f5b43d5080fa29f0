/** A thread of its own for one reading of documents: whatever a file does to it, it can be ended. */
import { expose } from "comlink";
import { findRecords, type FoundRecord } from "@/data/documents/find/find";
import { readDocument } from "@/data/documents/readDocument";
import { installErrorTransfer } from "./errorTransfer";

export type DocumentApi = {
  /** Records of one document, and what there is to say about how it was read. */
  find(name: string, file: Blob): Promise<{ records: FoundRecord[]; notes: string[] }>;
};

const api: DocumentApi = {
  async find(name, file) {
    const document = await readDocument(name, new Uint8Array(await file.arrayBuffer()));
    return { records: findRecords(document), notes: document.notes };
  },
};

installErrorTransfer();
expose(api);
