import { toTensor, webgpuInternals, type Tensor } from "@/engine/tfjs";
import { runOwnProgram, type Program } from "@/engine/webgpu/run";
import { rowProgram } from "@/engine/webgpu/sums";

const program = (): Program =>
  rowProgram(
    {
      key: "argMax",
      reads: { values: "f32" },
      writes: { ids: "i32" },
      integers: ["width"],
    },
    `let row = index * uniforms.width;
     var peak = values[row];
     var id = 0;
     for (var i = lane; i < uniforms.width; i = i + LANES) {
       if (values[row + i] > peak) { peak = values[row + i]; id = i; }
     }
     let first = groupFirst(lane, peak, id);
     if (lane == 0) { ids[index] = first; }`,
  );

/** Of each row the index of its largest value, the lowest where there are several. [N, V] → int32 [N]. The caller owns it. */
export function argMaxWebGPU(values: Tensor): Tensor {
  const [rows, width] = values.shape as [number, number];
  const ids = webgpuInternals().makeTensorInfo([rows], "int32");
  runOwnProgram(program(), { values, ids }, { width }, rows);
  return toTensor(ids);
}
