import { GradloomError } from "../errors/gradloom-error.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Tensors in arrays and records, as functions return them. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** The tensors of a tree, in order; anything else in it is an error. */
export function flatten(name: string, tree: TensorTree | void): readonly Tensor[] {
  if (tree === undefined) return [];
  if (tree instanceof Tensor) return [tree];
  const plain = typeof tree === "object" && tree !== null && !("then" in tree && typeof tree.then === "function");
  if (!plain) {
    const found = typeof tree === "object" && tree !== null ? "a promise" : typeof tree;
    throw new GradloomError(
      "tensor-tree",
      `${name}: the function returned ${found}; it must return tensors (or arrays and records of tensors) and may not be async`,
    );
  }
  return Object.values(tree).flatMap((branch: TensorTree) => flatten(name, branch));
}

/** The tree with other tensors in the same places. */
export function rebuild(tree: TensorTree, tensors: readonly Tensor[]): TensorTree {
  let next = 0;
  const copy = (branch: TensorTree): TensorTree => {
    if (branch instanceof Tensor) return tensors[next++]!;
    if (Array.isArray(branch)) return branch.map(copy);
    return Object.fromEntries(
      Object.entries(branch as Readonly<Record<string, TensorTree>>).map(([name, inner]) => [name, copy(inner)]),
    );
  };
  return copy(tree);
}
