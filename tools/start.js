// npm start: installs what is missing, builds the page and serves it on this machine only.
import { ROOT, ensurePackages, nodeProblem } from "./install.js";
import { prepareEnvironment } from "./run.js";

const HOST = "127.0.0.1";
const DEFAULT_PORT = 4173;

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

/** Port from `--port N` or `--port=N`. */
function readPort(args) {
  if (args.length === 0) return DEFAULT_PORT;
  const [flag, value, ...rest] = args.flatMap((arg) => arg.split("="));
  const port = Number(value);
  if (flag !== "--port" || rest.length > 0 || !Number.isInteger(port) || port < 1 || port > 65535) {
    fail(`Cannot read "${args.join(" ")}". Usage: npm start -- [--port 1…65535]`);
  }
  return port;
}

const problem = nodeProblem();
if (problem) fail(problem);
prepareEnvironment();
const port = readPort(process.argv.slice(2));
if (!(await ensurePackages())) fail("The packages could not be installed.");

const { build, preview } = await import("vite");
try {
  console.log("Building the page …");
  await build({ root: ROOT, logLevel: "warn" });
} catch (error) {
  console.error(error);
  fail("The page could not be built; the error is above.");
}

/** Vite moves on to the next port when this one is taken. */
const server = await preview({ root: ROOT, preview: { host: HOST, port, strictPort: false } });
console.log(`TabTune is ready. Open this address in a browser (Ctrl-C here ends it):
http://${HOST}:${server.httpServer.address().port}/`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
