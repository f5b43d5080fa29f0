/**
 * The `test` of every journey. A test fails when the page asks for anything outside its own origin
 * that the test did not allow or route itself, throws an error nobody caught, or logs an error.
 */
import { test as base, expect, type Page } from "@playwright/test";

export { expect };
export type { Page };

export type Guard = {
  /** Lets pass the outside requests, page errors and logged errors whose text matches. */
  allow(pattern: RegExp): void;
  /** Lets requests to this origin through: a server that the test itself started. */
  allowOrigin(url: string): void;
  /** What was seen so far and not allowed. */
  problems(): string[];
};

export const test = base.extend<{ guard: Guard }>({
  guard: [
    async ({ context, baseURL }, use) => {
      const seen: string[] = [];
      const allowed: RegExp[] = [];
      const origins = new Set([new URL(baseURL ?? "").origin]);

      // Playwright asks the newest route first, so a test's own page.route or context.route wins.
      await context.route(
        (url) => !origins.has(url.origin) && url.protocol.startsWith("http"),
        (route) => {
          seen.push(`outside request: ${route.request().method()} ${route.request().url()}`);
          return route.abort();
        },
      );
      context.on("page", (page) => {
        page.on("websocket", (socket) => seen.push(`web socket: ${socket.url()}`));
      });
      context.on("weberror", (error) => seen.push(`uncaught: ${textOf(error.error())}`));
      context.on("console", (message) => {
        if (message.type() === "error") {
          seen.push(`logged error: ${message.text()} (${message.location().url})`);
        }
      });

      const guard: Guard = {
        allow: (pattern) => void allowed.push(pattern),
        allowOrigin: (url) => void origins.add(new URL(url).origin),
        problems: () => seen.filter((text) => !allowed.some((pattern) => pattern.test(text))),
      };
      await use(guard);
      expect(guard.problems(), "outside requests and errors of the page").toEqual([]);
    },
    { auto: true },
  ],
});

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
