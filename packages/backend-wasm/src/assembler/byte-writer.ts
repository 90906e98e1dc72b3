/** An unsigned number in LEB128: seven bits a byte, least first. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** A signed 32-bit number in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}

/** The bytes of a name: its length, then UTF-8. */
export function text(name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
}

/** Bytes that are written one after the other. */
export class ByteWriter {
  length = 0;
  private bytes = new Uint8Array(512);

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  write(values: ArrayLike<number>): void {
    const { length } = values;
    if (this.length + length > this.bytes.length) this.reserve(length);
    for (let at = 0; at < length; at++) this.bytes[this.length + at] = values[at]!;
    this.length += length;
  }

  /** An unsigned number, preceded by nothing. */
  unsigned(value: number): void {
    this.write(unsigned(value));
  }

  /** Puts a number of up to 28 bits into four bytes written before. */
  patch(at: number, value: number): void {
    for (let byte = 0; byte < 4; byte++)
      this.bytes[at + byte] = ((value >>> (7 * byte)) & 0x7f) | (byte < 3 ? 0x80 : 0);
  }

  /** What was written, as a view. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    larger.set(this.view());
    this.bytes = larger;
  }
}
