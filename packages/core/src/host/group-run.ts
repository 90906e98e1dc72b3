import type { Access, Group } from "../program/group.ts";
import type { Region } from "../program/program.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import { HostView } from "./host-view.ts";
import type { Kernel } from "./kernels.ts";
import { type BlockPool, Blocks, blockSize } from "./block-pool.ts";
import { BroadcastReader } from "./broadcast-reader.ts";

interface Call {
  readonly kernel: Kernel<object>;
  readonly inputs: readonly HostView[];
  readonly outputs: readonly HostView[];
  readonly attributes: object;
}

/** A view that walks along memory with the blocks. */
interface Cursor {
  readonly whole: HostView;
  readonly block: HostView;
}

/** Runs a group block by block: each operation's own kernel over the block, results between them in scratch blocks. */
export class GroupRun {
  private readonly size: number;
  private readonly pooled: Blocks;
  private readonly calls: Call[] = [];
  private readonly cursors: Cursor[] = [];
  /** Every view that a block is seen through. */
  private readonly blocks: HostView[] = [];
  private readonly numbers: Cursor[] = [];
  private readonly broadcasts: {
    readonly whole: HostView;
    readonly block: HostView;
    readonly reader: BroadcastReader;
  }[] = [];
  /** Results that may only be written when the whole block was read. */
  private readonly late: Cursor[] = [];

  constructor(
    group: Group,
    inputs: readonly Region[],
    outputs: readonly Region[],
    viewOf: (region: Region) => HostView,
    kernelOf: (operation: Operation) => Kernel<object>,
    pool: BlockPool,
  ) {
    this.size = group.size;
    this.pooled = new Blocks(pool);
    const lastUses = lastUsesOf(group);
    const lastReads = lastReadsOfMemory(group, inputs);
    const read = inputs.map((region, at) => this.reader(viewOf(region), group.access[at]!));
    const made: HostView[] = [];
    let output = -1;
    group.body.forEach(({ operation, attributes, inputs: from, dtype }, at) => {
      const leaves = group.results[output + 1] === at;
      if (leaves) output++;
      const target = leaves ? viewOf(outputs[output]!) : undefined;
      const early = target !== undefined && (lastReads.get(memoryOf(outputs[output]!)) ?? -1) <= at;
      // A block that is read here for the last time may take the result.
      for (const last of lastUses[at]!) this.pooled.giveBack(made[last]!.dtype, made[last]!.data);
      const block = early ? this.cursor(target) : this.block(dtype);
      if (target !== undefined && !early) this.late.push({ whole: target, block });
      made.push(block);
      const views = from.map((reference) => (reference < 0 ? made[~reference]! : read[reference]!));
      this.calls.push({ kernel: kernelOf(operation), inputs: views, outputs: [block], attributes });
    });
  }

  run(): void {
    const filled = Math.min(blockSize, this.size);
    for (const { whole, block } of this.numbers) block.data.fill(whole.data[whole.offset]!, 0, filled);
    for (const { whole, block } of this.cursors) block.data = whole.data;
    for (let start = 0; start < this.size; start += blockSize) {
      const count = Math.min(blockSize, this.size - start);
      for (const block of this.blocks) block.size = count;
      for (const { whole, block } of this.cursors) block.offset = whole.offset + start;
      for (const { whole, block, reader } of this.broadcasts)
        reader.fill(block.data, whole.data, whole.offset, start, count);
      for (const { kernel, inputs, outputs, attributes } of this.calls) kernel(inputs, outputs, attributes);
      for (const { whole, block } of this.late) copyBlock(whole, start, block, count);
    }
  }

  private reader(whole: HostView, access: Access): HostView {
    if (access === "full") return this.cursor(whole);
    const block = this.block(whole.dtype);
    if (access === "number") this.numbers.push({ whole, block });
    else if (access !== "row")
      this.broadcasts.push({ whole, block, reader: new BroadcastReader(access.shape, access.to) });
    return block;
  }

  private cursor(whole: HostView): HostView {
    const block = new HostView(whole.data, 0, [], whole.dtype);
    this.cursors.push({ whole, block });
    this.blocks.push(block);
    return block;
  }

  private block(dtype: DType): HostView {
    const block = new HostView(this.pooled.take(dtype), 0, [], dtype);
    this.blocks.push(block);
    return block;
  }
}

/** For each operation of the body, the results between operations that it is the last to read. */
function lastUsesOf({ body, results }: Group): readonly (readonly number[])[] {
  const last = new Map<number, number>();
  body.forEach(({ inputs }, at) => {
    for (const reference of inputs) if (reference < 0) last.set(~reference, at);
  });
  for (const result of results) last.delete(result);
  const uses = body.map((): number[] => []);
  for (const [made, at] of last) uses[at]!.push(made);
  return uses;
}

/** The last operation of the body that reads the memory that outputs may be written to. */
function lastReadsOfMemory({ access, body }: Group, inputs: readonly Region[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  body.forEach(({ inputs: from }, at) => {
    for (const reference of from) {
      if (reference >= 0 && access[reference] === "full") last.set(memoryOf(inputs[reference]!), at);
    }
  });
  return last;
}

function memoryOf({ place }: Region): string {
  if (place.kind === "arena") return `arena ${place.offset}`;
  return place.kind === "slot" ? `slot ${place.slot}` : "none";
}

function copyBlock(whole: HostView, start: number, block: HostView, count: number): void {
  const to = whole.data;
  const from = block.data;
  const offset = whole.offset + start;
  for (let at = 0; at < count; at++) to[offset + at] = from[at]!;
}
