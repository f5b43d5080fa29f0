import { createReadStream, existsSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import type { Plugin } from "vite";

/**
 * Serves test files to browser tests: `/@fixtures/…` from `fixtures/` and `/@shared/…` from
 * `../shared` where that folder exists (404 otherwise). Only the test server has it.
 */
export function serveFixtures(root: string): Plugin {
  const folders: Record<string, string> = {
    "/@fixtures": join(root, "fixtures"),
    "/@shared": join(root, "..", "shared"),
  };
  return {
    name: "tabtune-fixtures",
    configureServer(server) {
      for (const [prefix, folder] of Object.entries(folders)) {
        server.middlewares.use(prefix, (request, response) => {
          const path = normalize(decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/"));
          const file = join(folder, path);
          if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
            response.statusCode = 404;
            response.end();
            return;
          }
          response.setHeader("content-type", "application/octet-stream");
          response.setHeader("content-length", statSync(file).size);
          createReadStream(file).pipe(response);
        });
      }
    },
  };
}
