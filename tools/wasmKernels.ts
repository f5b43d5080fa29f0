import { readdirSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import type { Plugin } from "vite";

const MODULE = "virtual:wasm-kernels";
const FOLDER = "src/engine/wasm/assembly";
/** No runtime and no memory of its own: it works on the heap of TensorFlow.js, which may grow to 4 GB. */
const OPTIONS = ["--runtime", "stub", "--importMemory", "--maximumMemory", "65536"].concat([
  "--noAssert",
  "-O3",
  "--enable",
  "simd",
]);

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
  if (hasDataSection(binary)) {
    // Static data would be written over what TensorFlow.js keeps at the same addresses.
    throw new Error("AssemblyScript: the kernels hold static data (a table, a string); remove it");
  }
  return binary;
}

/** Section 11 of the binary format, https://webassembly.github.io/spec/core/binary/modules.html */
function hasDataSection(binary: Uint8Array): boolean {
  const [DATA, HEADER_BYTES] = [11, 8];
  let at = HEADER_BYTES;
  while (at < binary.length) {
    const id = binary[at++];
    if (id === DATA) return true;
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return false;
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
