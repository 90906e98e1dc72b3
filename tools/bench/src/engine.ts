import type { Case, Library, Parameters } from "./case.ts";

const accumulators = 12;
const lanes = 4;
const iterations = 1_000_000;

/** Multiplications and additions of one run of the loop. */
export const peakOperations: number = 2 * accumulators * lanes * iterations;
/** What all lanes add up to: x = x / 2 + 1/2 tends to 1. */
export const peakSum: number = accumulators * lanes;

/** The engine itself: what can be measured without a library. */
export async function open(): Promise<Library> {
  return { version: process.versions.v8, threads: 1, makers: { peak } };
}

function peak({ relaxed }: Parameters): Case {
  const bytes = loopModule(relaxed === true ? relaxedMultiplyAdd : multiplyThenAdd);
  if (!WebAssembly.validate(bytes)) throw new Error("this engine has no relaxed SIMD");
  const { loop } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as {
    loop: (iterations: number) => number;
  };
  return { run: () => loop(iterations), outputs: () => ({ sum: [loop(iterations)] }) };
}

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

const half = accumulators + 1;
const multiplyThenAdd = (x: number): number[] => [...get(x), ...get(half), ...simd(0xe6), ...get(half), ...simd(0xe4)];
const relaxedMultiplyAdd = (x: number): number[] => [...get(x), ...get(half), ...get(half), ...simd(0x105)];

/** (iterations: i32) -> f32: the accumulators x = x half + half, `iterations` times, and the sum of their lanes. */
function loopModule(step: (local: number) => number[]): Uint8Array<ArrayBuffer> {
  const all = Array.from({ length: accumulators }, (_, at) => 1 + at);
  const lane = (local: number, at: number): number[] => [...get(local), ...simd(0x1f), at];
  const add = 0x92;
  const sums = all.flatMap((local) =>
    [0, 1, 2, 3].flatMap((at) => [...lane(local, at), ...(local + at > 1 ? [add] : [])]),
  );
  const body = [
    [1, accumulators + 1, 0x7b], // locals: vectors
    [0x43, 0, 0, 0, 0x3f, ...simd(0x13), ...set(half)], // f32.const 0.5, splat
    [0x03, 0x40], // loop
    all.flatMap((local) => [...step(local), ...set(local)]),
    [...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // count down, again unless 0
    sums,
    [0x0b],
  ].flat();
  const sections = [
    section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    section(3, [1, 0]),
    section(7, [1, 4, ...Buffer.from("loop"), 0, 0]),
    section(10, [1, ...unsigned(body.length), ...body]),
  ];
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
