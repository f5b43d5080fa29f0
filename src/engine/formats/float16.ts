/** Half-precision numbers (IEEE binary16 and bfloat16) to and from float32. */

let halfValues: Float32Array | null = null;

/** All 65,536 binary16 values: looking up is several times faster than taking bits apart. */
function allHalfValues(): Float32Array {
  if (halfValues) return halfValues;
  const values = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x10000; bits++) values[bits] = halfToNumber(bits);
  halfValues = values;
  return values;
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function decodeFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = allHalfValues();
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = values[halves[i]!]!;
  return out;
}

/** A bfloat16 is the upper half of a float32. */
export function decodeBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Rounds to the nearest binary16, ties to even; too large becomes infinite, NaN stays NaN. */
export function encodeFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = floatBitsToHalf(bits[i]!);
  return out;
}

function floatBitsToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520 and above rounds past the largest half.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent by 127 − 15, then drop 13 bits; a carry may step the exponent.
    return sign | roundedShift(magnitude - 0x38000000, 13);
  }
  // Below half of the smallest subnormal, 2⁻²⁵, everything is zero (the tie too: it goes to even).
  if (magnitude <= 0x33000000) return sign;
  const exponent = magnitude >>> 23;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundedShift(fraction, 126 - exponent);
}

/** value ÷ 2^shift, rounded to the nearest whole number, ties to even. */
function roundedShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && kept & 1) ? kept + 1 : kept;
}
