export type HubMirror = {
  /** Address to give as `hubUrl`. */
  url: string;
  /** Requests so far, oldest first, such as "GET /me/tiny/resolve/main/config.json". */
  requests: string[];
  close(): Promise<void>;
};

export function startHubMirror(options: {
  /** Folder of files by repository name. */
  models?: Record<string, string>;
  /** Folder of a data set by name; it holds <configuration>/<split>.jsonl. */
  datasets?: Record<string, string>;
  /** 0 = any free one. */
  port?: number;
  /** Repositories that answer 401 as a gated one does. */
  gated?: string[];
  /** Answers listing requests as the Hub does; false = a static mirror that has only files. */
  hasApi?: boolean;
  /** Files ("owner/name/file") whose content breaks off in the middle. */
  truncated?: string[];
  /** Milliseconds between chunks, to have time to cancel. */
  chunkDelayMs?: number;
}): Promise<HubMirror>;
