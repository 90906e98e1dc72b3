import { type Group, groupOperation } from "../program/group.ts";
import { loopOf, type Program, type Region, type Step } from "../program/program.ts";
import { dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import { type LoopBody, runLoop } from "./run-loop.ts";
import { GroupRun } from "./group-run.ts";
import { HostView } from "./host-view.ts";
import type { Kernel } from "./kernels.ts";
import { workingMemoryOf } from "../backend/memory-words.ts";
import type { SharedArena } from "./shared-arena.ts";
import { noRoom } from "../backend/with-room.ts";

/** Finds the kernel of an operation. */
export type KernelOf = (operation: Operation) => Kernel<object>;

/** A step that is ready to run. */
interface Runnable {
  run(): void;
}

/** A program whose steps are kernels with their views; the views follow the memory that the slots are bound to. */
export class KernelProgram implements LoopBody {
  readonly results: readonly HostView[];
  private readonly program: Program;
  private readonly arena: SharedArena;
  private readonly steps: readonly Runnable[];
  private readonly arenaViews: HostView[] = [];
  private readonly slotViews: readonly HostView[][];
  private readonly numbers: readonly (TypedArray | undefined)[];
  private bound: ArrayBuffer | undefined;

  constructor(program: Program, arena: SharedArena, kernelOf: KernelOf) {
    this.program = program;
    this.arena = arena;
    this.slotViews = program.slots.map(() => []);
    this.numbers = program.slots.map(({ kind, dtype }) => (kind === "number" ? new dtypes[dtype].array(1) : undefined));
    this.steps = program.steps.map((step) => this.ready(step, kernelOf));
    this.results = program.results.filter(({ slot }) => slot === undefined).map(({ region }) => this.view(region));
  }

  /** Fills a slot with a number. */
  setNumber(slot: number, value: number): void {
    this.numbers[slot]![0] = value;
  }

  /** Lets a slot be the numbers at an offset of an array. */
  bind(slot: number, data: TypedArray, offset: number): void {
    for (const view of this.slotViews[slot]!) {
      view.data = data;
      view.offset = offset;
    }
  }

  /** Runs the steps; `results` then show what came out, until the next run of any program. */
  run(): void {
    const { buffer } = this.arena;
    if (buffer !== this.bound || buffer.byteLength < this.program.arenaBytes) this.move();
    for (const step of this.steps) step.run();
  }

  /** Lets the views follow the arena. Where they cannot, it is emptied, as it may be larger than arrays of their dtypes. */
  private move(): void {
    const { arena, program } = this;
    const isOwn = arena.buffer.byteLength <= program.arenaBytes;
    try {
      arena.reserve(program.arenaBytes);
      for (const view of this.arenaViews) view.data = arena.array(view.dtype);
      this.bound = arena.buffer;
    } catch {
      arena.clear();
      if (isOwn) throw noRoom(arena.backend, program.arenaBytes, workingMemoryOf(program));
      this.move();
    }
  }

  private ready(step: Step, kernelOf: KernelOf): Runnable {
    const { operation, attributes, inputs, outputs } = step;
    const view = (region: Region): HostView => this.view(region);
    if ((operation as unknown) === groupOperation)
      return new GroupRun(attributes as Group, inputs, outputs, view, kernelOf, this.arena.pool);
    const from = inputs.map(view);
    const to = outputs.map(view);
    const loop = loopOf(step);
    if (loop !== undefined) {
      const body = new KernelProgram(loop.body, this.arena.inner, kernelOf);
      return { run: () => runLoop(loop, body, from, to) };
    }
    const kernel = kernelOf(operation);
    return { run: () => kernel(from, to, attributes) };
  }

  private view({ place, shape, dtype }: Region): HostView {
    if (place.kind === "constant") return new HostView(new dtypes[dtype].array([place.value]), 0, shape, dtype);
    if (place.kind === "data") return new HostView(place.data, 0, shape, dtype);
    const none = new dtypes[dtype].array(0);
    if (place.kind === "arena") {
      const view = new HostView(none, place.offset / dtypes[dtype].bytes, shape, dtype);
      this.arenaViews.push(view);
      return view;
    }
    const view = new HostView(this.numbers[place.slot] ?? none, 0, shape, dtype);
    this.slotViews[place.slot]!.push(view);
    return view;
  }
}
