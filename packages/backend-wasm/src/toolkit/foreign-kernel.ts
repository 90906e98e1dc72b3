import { GradloomError } from "@gradloom/core";
import { kernel as ownKernel, type Kernel } from "../kernels/kernel.ts";
import { type Argument, type Call, callOf as uncheckedCallOf } from "../kernels/call.ts";

/**
 * A kernel whose body `write` writes: it does the tasks from `from` to before `to`, in any order, at once with other threads. Its parameters are
 * numbers and addresses. `name` tells all that decides the code, dtypes for one; other packages may have kernels of the same name. Threads share
 * multiples of `grain` tasks: those that write one cache line, say.
 */
export function kernel<Name extends string>(
  name: string,
  parameters: readonly Name[],
  write: Parameters<typeof ownKernel<Name>>[2],
  grain = 1,
): Kernel<Name> {
  return { ...ownKernel(name, parameters, write, grain), isForeign: true };
}

/**
 * A call of a kernel: its arguments by name, and how many tasks it has. `computing` is about how many nanoseconds all of them take on one thread, beside
 * the time to move the tensors: it decides whether they are divided among threads.
 */
export function callOf<Name extends string>(
  called: Kernel<Name>,
  values: Readonly<Record<Name, Argument>>,
  tasks: number,
  computing = 0,
): Call {
  const missing = called.parameters.find((name) => values[name] === undefined);
  if (missing !== undefined || !Number.isSafeInteger(tasks) || tasks < 0) {
    const what = missing === undefined ? `for ${tasks} tasks` : `without ${missing}`;
    // Why: A kernel takes its arguments by place in machine code: one that is missing would be an address of anything. Tasks are counted, and divided among
    // threads; a call without any is left out.
    throw new GradloomError(
      "kernel-call",
      `callOf: ${called.name} is called ${what}; give every argument, and a whole number of tasks`,
    );
  }
  return uncheckedCallOf(called, values, tasks, computing);
}
