/** Blocks start at multiples of a cache line. */
export const alignment = 64;

/** The bytes and those up to the next block. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
