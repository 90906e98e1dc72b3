import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { i32 } from "../../src/assembler/scalars.ts";
import { type Kernel, kernel } from "../../src/kernels/kernel.ts";
import type { Linked } from "../../src/program/library.ts";
import { openRuntime, type WasmRuntime } from "../../src/runtime/wasm-runtime.ts";
import { collectGarbage } from "../collect-garbage.ts";
import { crewOf } from "../threads/crew.ts";

interface Workplace {
  readonly link: (...kernels: readonly Kernel[]) => Linked;
  /** What a program adds. */
  readonly sumOf: (linked: Linked) => number;
}

/** Makes programs that call kernels, each once; the workers run them if there are any. */
function workplace({ library, linear, queue }: WasmRuntime = openRuntime({ threads: 1 })): Workplace {
  const address = linear.allocate(4, "a sum");
  return {
    link: (...kernels) =>
      library.link(({ module, importKernel }) => {
        const step = module.define(["i32", "i32", "i32", "i32"], undefined, (code, [x]) => {
          for (const each of kernels) code.run(importKernel(each), x!, 0, 1);
        });
        return { step, bytes: 0, nanoseconds: 0, divided: false, outputs: new Map() };
      }),
    sumOf({ run, module }) {
      linear.array("int32")[address / 4] = 0;
      if (queue === undefined) run(address, 0, 0, 1);
      else {
        queue.post("run", 1, [library.send(module, queue, linear), address, 0]);
        queue.block();
      }
      return linear.array("int32")[address / 4]!;
    },
  };
}

/** A kernel that adds a number to what lies at an address, and how often it was emitted. */
function adding(name: string, number: number): { readonly kernel: Kernel<"x">; readonly times: () => number } {
  let times = 0;
  const made = kernel(name, ["x"], (code, { x }) => {
    times++;
    code.store(i32, x, i32.add(i32.load(x), number));
  });
  return { kernel: made, times: () => times };
}

/** Lets the engine tell of everything that nobody refers to. */
async function settle(): Promise<void> {
  await setTimeout(1);
  collectGarbage();
  await setTimeout(1);
}

test("a kernel is emitted once while programs find it, and again after many others were", () => {
  const { link, sumOf } = workplace();
  const [often, once] = [adding("often", 1), adding("once", 2)];
  const early = link(once.kernel, often.kernel);
  for (let at = 0; at < 1_000; at++) expect(sumOf(link(often.kernel, adding(`other ${at}`, at).kernel))).toBe(1 + at);
  expect([once.times(), often.times()]).toEqual([1, 1]);
  expect(sumOf(link(once.kernel, often.kernel))).toBe(3);
  expect([once.times(), often.times()]).toEqual([2, 1]);
  expect(sumOf(early)).toBe(3);
});

test("a program keeps no other program alive, whose kernel it calls", async () => {
  const { link, sumOf } = workplace();
  const kernels = Array.from({ length: 100 }, (_, at) => adding(`link ${at}`, at).kernel);
  const modules: WeakRef<object>[] = [];
  let last: Linked | undefined;
  for (let at = 0; at + 1 < kernels.length; at++) {
    last = link(kernels[at]!, kernels[at + 1]!);
    modules.push(new WeakRef(last.module));
  }
  const alive = (): number => modules.filter((module) => module.deref() !== undefined).length;
  for (let round = 0; round < 20 && alive() > 1; round++) await settle();
  expect(alive()).toBe(1);
  expect(sumOf(last!)).toBe(98 + 99);
});

test("what nobody can run leaves its number, and workers have what a program calls, however late they get it", async () => {
  const { link, sumOf } = workplace((await crewOf(2)).runtime);
  const [seven, four] = [adding("seven", 7).kernel, adding("four", 4).kernel];
  const [, , late] = [link(seven), link(four), link(seven, four)];
  const numbers: number[] = [];
  for (let at = 0; at < 1_000; at++) {
    const passing = link(adding(`passing ${at}`, at).kernel);
    expect(sumOf(passing)).toBe(at);
    numbers.push(passing.module.number);
    if (at % 100 === 0) await settle();
  }
  // The kernels that are remembered, and the modules of some hundred rounds that the collector may be late by, not those of all.
  expect(Math.max(...numbers)).toBeLessThan(1_500);
  expect(sumOf(late)).toBe(11);
});
