import { GradloomError } from "../errors/gradloom-error.ts";
import { Tensor } from "./tensor.ts";

/** Tensors in arrays and records, as functions return them. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** Lists in lists beyond this are taken for a list that holds itself. */
const mostLevels = 100;

/** The tensors of a tree, in order; anything else in it is an error. */
export function flatten(name: string, tree: TensorTree): readonly Tensor[] {
  const tensors: Tensor[] = [];
  const open: (readonly [branch: TensorTree, level: number])[] = [[tree, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [branch, level] = next;
    if (branch instanceof Tensor) {
      tensors.push(branch);
      continue;
    }
    const found = level > mostLevels ? `lists in ${level} lists` : otherThanTree(branch);
    if (found !== undefined) {
      throw new GradloomError(
        "tensor-tree",
        `${name}: the function returned ${found}; it must return tensors (or arrays and records of tensors) and may not be async`,
      );
    }
    for (const inner of Object.values(branch).reverse()) open.push([inner as TensorTree, level + 1]);
  }
  return tensors;
}

/** What it is, where it is no branch of a tree. A promise gets a handler, so that its failure ends nothing else. */
function otherThanTree(tree: unknown): string | undefined {
  if (typeof tree !== "object" || tree === null) return tree === null ? "null" : typeof tree;
  if ("then" in tree && typeof tree.then === "function") {
    if (tree instanceof Promise) tree.catch(() => {});
    return "a promise";
  }
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (Array.isArray(tree) || prototype === Object.prototype || prototype === null) return undefined;
  return `an object of the class ${tree.constructor.name}`;
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
