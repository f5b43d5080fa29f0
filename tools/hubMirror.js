// A small stand-in for huggingface.co: serves folders under the Hub's addresses, with its headers
// and its ways to say no. For tests, demonstrations and class rooms without a network:
//   node tools/hubMirror.js 8090 me/stories260k=../shared/models/stories260k datasets/me/facts=facts
// A data set's folder has a folder for each configuration, in it <split>.jsonl.
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, relative } from "node:path";
import { Transform } from "node:stream";
import { pathToFileURL } from "node:url";
import { answerAboutDataset } from "./hubMirrorData.js";

const CHUNK_BYTES = 64 * 1024;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, range, content-type",
  "access-control-expose-headers":
    "X-Repo-Commit, X-Error-Code, X-Error-Message, ETag, Link, Content-Range, X-Linked-Size",
};
const TYPES = { json: "application/json", jinja: "text/plain", md: "text/plain" };

/** Starts the server on the loopback interface. */
export async function startHubMirror({
  models = {},
  datasets = {},
  port = 0,
  gated = [],
  hasApi = true,
  truncated = [],
  chunkDelayMs = 0,
}) {
  const requests = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://mirror");
    const path = decodeURIComponent(pathname);
    requests.push(`${request.method} ${path}`);
    const answer = (status, headers = {}, body = "") => {
      response.writeHead(status, {
        ...CORS,
        "content-length": Buffer.byteLength(body),
        ...headers,
      });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    const refuse = (status, code, message) =>
      answer(status, { "x-error-code": code, "x-error-message": message }, message);
    if (request.method === "OPTIONS") return answer(204);

    const about = answerAboutDataset(path, searchParams, datasets, gated);
    if (about?.file) return sendFile(request, response, about.file, { chunkDelayMs });
    if (about?.refusal) return refuse(about.status, about.refusal, about.refusal);
    if (about) {
      const headers = { "content-type": "application/json" };
      return answer(about.status, headers, JSON.stringify(about.body));
    }

    const listing = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(path);
    const resolve = /^\/(.+?)\/resolve\/(refs\/[^/]+\/[^/]+|[^/]+)\/((?:[\w-][^/]*\/)*[^/]+)$/.exec(
      path,
    );
    const repo = listing?.[1] ?? resolve?.[1];
    if (!repo || (listing && !hasApi)) return answer(404, {}, "Not found");
    const folder = Object.hasOwn(models, repo) ? models[repo] : undefined;
    // The Hub does not tell a stranger whether a repository is private or not there.
    if (!folder) {
      return hasApi ? refuse(401, "RepoNotFound", "Repository not found") : answer(404);
    }
    if ((listing?.[2] ?? resolve?.[2]) !== "main") {
      return hasApi ? refuse(404, "RevisionNotFound", "Invalid rev id") : answer(404);
    }
    if (listing) {
      const isRecursive = /[?&]recursive=true(&|$)/.test(request.url ?? "");
      const files = readdirSync(folder, { withFileTypes: true, recursive: isRecursive })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
      const body = files.map((path) => {
        return { type: "file", path, size: statSync(join(folder, path)).size, oid: "0" };
      });
      return answer(200, { "content-type": "application/json" }, JSON.stringify(body));
    }
    if (gated.includes(repo)) return refuse(401, "GatedRepo", "Access to this model is restricted");
    const file = join(folder, resolve[3]);
    if (!existsSync(file) || !statSync(file).isFile()) {
      return hasApi ? refuse(404, "EntryNotFound", "Entry not found") : answer(404);
    }
    sendFile(request, response, file, {
      isTruncated: truncated.includes(`${repo}/${resolve[3]}`),
      chunkDelayMs,
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function sendFile(request, response, file, { isTruncated = false, chunkDelayMs }) {
  const { size } = statSync(file);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const begin = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (range && begin > end) {
    response.writeHead(416, { ...CORS, "content-range": `bytes */${size}` });
    response.end();
    return;
  }
  response.writeHead(range ? 206 : 200, {
    ...CORS,
    "accept-ranges": "bytes",
    "content-length": end - begin + 1,
    "content-type": TYPES[file.split(".").at(-1)] ?? "application/octet-stream",
    etag: `"${size}"`,
    "x-repo-commit": "0123456789abcdef0123456789abcdef01234567",
    ...(range ? { "content-range": `bytes ${begin}-${end}/${size}` } : {}),
  });
  if (request.method === "HEAD" || size === 0) {
    response.end();
    return;
  }
  const last = isTruncated ? begin + Math.floor((end - begin) / 2) : end;
  const stream = createReadStream(file, { start: begin, end: last, highWaterMark: CHUNK_BYTES });
  const paced = new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => done(null, chunk), chunkDelayMs);
    },
    flush(done) {
      // A cut cable, not a polite end.
      if (isTruncated) setTimeout(() => response.destroy(), 20);
      else done();
    },
  });
  response.on("close", () => stream.destroy());
  stream.pipe(paced).pipe(response);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port = "8090", ...pairs] = process.argv.slice(2);
  const given = pairs.map((pair) => pair.split("="));
  const isDataset = ([name]) => name.startsWith("datasets/");
  const models = Object.fromEntries(given.filter((pair) => !isDataset(pair)));
  const datasets = Object.fromEntries(
    given.filter(isDataset).map(([name, folder]) => [name.slice("datasets/".length), folder]),
  );
  const { url } = await startHubMirror({ models, datasets, port: Number(port) });
  console.log(`Open the page with ?hub=${url}. There: ${given.map(([name]) => name).join(", ")}`);
}
