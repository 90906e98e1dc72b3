import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields, type Rule } from "../errors/options.ts";
import { instanceOf, required, rule, text } from "../errors/rules.ts";
import { thisCopy, twoCores } from "../errors/two-cores.ts";
import type { OperationKernel } from "../program/target.ts";
import type { Operation } from "../tensor/graph.ts";

/** Kernels of operations as a value: a package gives them, backends and lists of plugins take them. */
export interface KernelSet<Kernel extends OperationKernel = OperationKernel> {
  /** The entry that it comes from, in errors. */
  readonly name: string;
  /** Which backends it is for: those whose `supports.kernels` it is. */
  readonly target: string;
  readonly kernels: ReadonlyMap<Operation<never>, Kernel>;
  /** Joins the kernels of a backend of a copy of core; tells whether it is new there. @internal */
  join(kernels: KernelSets<Kernel>, copy: object): boolean;
}

/** The schema of a set, whatever its kernels are. */
export const setFields: Fields<Omit<KernelSet, "join">> = {
  name: required(text),
  target: required(text),
  kernels: required(instanceOf<KernelSet["kernels"]>("a Map", Map)),
};

/** A set of kernels for the backends of a target. */
export function kernelSet<Kernel extends OperationKernel>(options: Omit<KernelSet<Kernel>, "join">): KernelSet<Kernel> {
  checkOptions("kernelSet", setFields, options);
  for (const [{ name, traits }, { form }] of options.kernels) {
    const { alias = false, barrier = false, loop = false, elementwise = false } = traits;
    if (!alias && !barrier && !loop && (elementwise || form === "step")) continue;
    throw new GradloomError(
      "kernel-form",
      `${options.name}: ${name} ${elementwise || form === "step" ? "is a view, a barrier or a loop, which has no kernel" : "has a formula, but not the trait elementwise"}; leave it out`,
    );
  }
  const set: KernelSet<Kernel> = { ...options, join: (kernels, copy) => join(set, kernels, copy) };
  return set;
}

/** What a set does is part of programs that have one. */
function join<Kernel extends OperationKernel>(
  set: KernelSet<Kernel>,
  { backend, sets, kernels }: KernelSets<Kernel>,
  copy: object,
): boolean {
  if (sets.includes(set)) return false;
  if (copy !== thisCopy) throw twoCores(`the kernels of ${set.name}`);
  for (const operation of set.kernels.keys()) {
    if (!kernels.has(operation) && sets.every(({ name }) => name !== set.name)) continue;
    const other = sets.find((known) => known.name === set.name || known.kernels.has(operation));
    // Why: A kernel belongs to one operation, and a backend runs one kernel for it. Two packages have one for the same operation, or one package is
    // installed twice: `npm ls` shows which.
    throw new GradloomError(
      "two-kernels",
      `${backend}: ${other?.name ?? "the backend"} and ${set.name} both have kernels, e.g. for ${operation.name}; leave one out`,
    );
  }
  sets.push(set);
  for (const [operation, kernel] of set.kernels) kernels.set(operation, kernel);
  return true;
}

/** A set of kernels. */
export const anyKernelSet: Rule<KernelSet> = /*#__PURE__*/ rule(
  "a set of kernels",
  (value) => typeof (value as KernelSet | undefined)?.join === "function" && "kernels" in Object(value),
);

/** The kernels that a backend has for operations beyond core's primitives. */
export class KernelSets<Kernel extends OperationKernel> {
  readonly backend: string;
  readonly sets: KernelSet<Kernel>[] = [];
  readonly kernels: Map<Operation<never>, Kernel>;

  /** A backend's own kernels come first. */
  constructor(backend: string, own: Iterable<readonly [Operation<never>, Kernel]> = []) {
    this.backend = backend;
    this.kernels = new Map(own);
  }

  /** Takes a set, whose kernels must be what the backend runs; tells whether it is new. */
  add(set: KernelSet<Kernel>): boolean {
    return set.join(this, thisCopy);
  }

  get(operation: Operation<never>): Kernel | undefined {
    return this.kernels.get(operation);
  }
}
