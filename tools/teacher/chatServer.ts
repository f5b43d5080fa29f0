/** A real HTTP server that speaks OpenAI's streaming form, and has the faults that such servers have. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ChatBody = {
  model: string;
  messages: { role: string; content: string }[];
  stream: boolean;
  temperature?: number;
  max_tokens?: number;
};

/** What one chat request gets instead of an answer; "cut" ends the connection in the middle of one. */
export type ChatFault =
  "cut" | { status: number; headers?: Record<string, string>; error?: Record<string, string> };

export type ChatServerOptions = {
  models: string[];
  answer: (prompt: string, body: ChatBody) => string;
  /** Without it every request is refused with 401. */
  key?: string;
  /** False leaves out the headers that let pages in. */
  allowsPages?: boolean;
  /** The next chat requests in turn get these. */
  faults?: ChatFault[];
  /** Milliseconds between two pieces of an answer. */
  pieceDelayMs?: number;
};

export type ChatServer = {
  /** With `/v1`. */
  baseUrl: string;
  requests: { body: ChatBody; authorization: string }[];
  /** Answers whose reader went away before their end. */
  abandoned: number;
  faults: ChatFault[];
  close(): Promise<void>;
};

const PIECE_CHARACTERS = 7;

export async function startChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const { models, key = "", allowsPages = true, faults = [] } = options;
  const server = createServer((request, response) => {
    if (allowsPages) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "authorization, content-type");
      response.setHeader("access-control-expose-headers", "retry-after");
    }
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const authorization = request.headers.authorization ?? "";
    if (key !== "" && authorization !== `Bearer ${key}`) {
      return sendJson(response, 401, { error: { message: "Incorrect API key provided." } });
    }
    if (request.url === "/v1/models") {
      return sendJson(response, 200, { data: models.map((id) => ({ id })) });
    }
    if (request.url !== "/v1/chat/completions") return sendJson(response, 404, {});
    void readBody(request).then((body) => {
      chat.requests.push({ body, authorization });
      const fault = chat.faults.shift();
      if (fault === undefined || fault === "cut") {
        return stream(chat, options, body, response, fault === "cut");
      }
      const { status, headers = {}, error = { message: `Fault ${status}` } } = fault;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return sendJson(response, status, { error });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const chat: ChatServer = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: [],
    abandoned: 0,
    faults: [...faults],
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return chat;
}

async function stream(
  chat: ChatServer,
  { answer, pieceDelayMs = 1 }: ChatServerOptions,
  body: ChatBody,
  response: ServerResponse,
  isCut: boolean,
): Promise<void> {
  const text = answer(body.messages.at(-1)?.content ?? "", body);
  const pieces = text.match(new RegExp(`[^]{1,${PIECE_CHARACTERS}}`, "g")) ?? [];
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (value: unknown) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  for (const [i, content] of pieces.entries()) {
    if (isCut && i > 0 && i >= pieces.length / 2) return void response.destroy();
    send({ choices: [{ index: 0, delta: { content } }] });
    await new Promise((resolve) => setTimeout(resolve, pieceDelayMs));
    if (response.destroyed) return void chat.abandoned++;
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  // As many as there are pieces: each piece stands for a token.
  const prompt = body.messages.reduce((sum, { content }) => sum + content.length, 0);
  const prompt_tokens = Math.ceil(prompt / PIECE_CHARACTERS);
  send({ choices: [], usage: { prompt_tokens, completion_tokens: pieces.length } });
  response.end("data: [DONE]\n\n");
}

async function readBody(request: IncomingMessage): Promise<ChatBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatBody;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
