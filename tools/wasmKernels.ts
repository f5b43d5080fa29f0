import { readdirSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import type { Plugin } from "vite";

const MODULE = "virtual:wasm-kernels";
const FOLDER = "src/engine/wasm/assembly";
/** No runtime and no memory of its own: it works on the heap of TensorFlow.js. */
const OPTIONS = ["--runtime", "stub", "--importMemory", "--noAssert", "-O3", "--enable", "simd"];

/** Compiles the AssemblyScript kernels. Throws with the compiler's report. */
export async function compileWasmKernels(root: string): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const { error, stderr } = await asc.main(
    [`${FOLDER}/index.ts`, "--baseDir", root, "--outFile", "kernels.wasm", ...OPTIONS],
    {
      writeFile(name: string, contents: string | Uint8Array) {
        if (name.endsWith(".wasm")) binary = contents as Uint8Array;
      },
    },
  );
  const report: { toString(): string } = stderr;
  if (error || !binary) throw new Error(`AssemblyScript: ${error?.message}\n${report.toString()}`);
  const module = await WebAssembly.compile(new Uint8Array(binary));
  const memory = WebAssembly.Module.imports(module).find(({ kind }) => kind === "memory");
  if (!memory) throw new Error("AssemblyScript: the kernels do not import their memory");
  return binary;
}

/** Gives the page the compiled kernels as base64: they are small, and so need no request of their own. */
export function wasmKernels(root: string): Plugin {
  const folder = join(root, FOLDER);
  return {
    name: "tabtune-wasm-kernels",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    async load(id) {
      if (id !== `\0${MODULE}`) return null;
      for (const file of readdirSync(folder)) this.addWatchFile(join(folder, file));
      const binary = await compileWasmKernels(root);
      return `export default "${Buffer.from(binary).toString("base64")}";`;
    },
  };
}
