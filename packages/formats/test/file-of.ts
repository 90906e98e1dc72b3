import { writeSafetensors } from "@gradloom/formats";

/** The bytes of a safetensors file with this header, whatever it says, and so many zeros as numbers. */
export function fileOf(header: string | Uint8Array | object, numbers = 0, length?: bigint): Uint8Array {
  const text =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + numbers);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** A tensor as the header tells of it. */
export function entry(shape: readonly unknown[], begin: number, end: number, dtype = "F32"): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

/** A model file of this recipe, whatever it says, without numbers. */
export function fileWith(recipe: string): Uint8Array {
  return writeSafetensors({
    tensors: new Map(),
    metadata: new Map([
      ["gradloom", "1"],
      ["model", recipe],
    ]),
  });
}
