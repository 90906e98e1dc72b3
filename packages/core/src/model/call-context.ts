import { GradloomError } from "../errors/gradloom-error.ts";
import { full, zeros } from "../ops/creation.ts";
import { add } from "../ops/elementwise.ts";
import { logicalAnd } from "../ops/logical.ts";
import { deriveKey, type RandomKey } from "../ops/random.ts";
import { openFrame } from "../tensor/frame.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Scope } from "../tensor/graph.ts";
import { Cell } from "../tensor/trace-scope.ts";
import { checkValue, type Variable } from "../tensor/variable.ts";
import { checkNumber } from "./check-number.ts";
import type { CallContext, Check } from "./layer.ts";

/** What a forward pass gives besides its output. */
export interface Collected {
  /** The next values of the states. */
  readonly updates: ReadonlyMap<Variable, Tensor>;
  /** Penalties that layers added, [] each. */
  readonly losses: readonly Tensor[];
  /** What must hold for the numbers to mean something. */
  readonly checks: readonly Check[];
}

/** One forward pass: the context of the model, and what ends the pass. What layers tell is a cell each, which loops and checkpoints carry out of themselves. */
export function openPass(
  training: boolean,
  key: RandomKey,
): { readonly context: CallContext; readonly collect: () => Collected } {
  const home = openFrame().scope;
  const states = new Map<Variable, Cell>();
  const updated = new Set<Variable>();
  const losses: Cell[] = [];
  const checks: { readonly holds: Cell; readonly problem: string }[] = [];
  const ordinals = new Map<string, number>();
  let isOver = false;
  const cellOf = (state: Variable): Cell => {
    let cell = states.get(state);
    if (cell === undefined) states.set(state, (cell = new Cell(home, state.value)));
    return cell;
  };

  const within = (path: string): CallContext => {
    /** The scope of the code that calls. */
    const scope = (name: string): Scope | undefined => {
      if (!isOver) return openFrame().scope;
      // Why: What a layer tells belongs to one pass through the model. Nobody listens to a context that is kept, or that is used by a function
      // which runs again when gradients are taken, as that of customGradient does.
      throw new GradloomError(
        "context-over",
        `context.${name}: the pass through the model is over; use the context only while call runs`,
        path,
      );
    };
    return {
      training,
      random(purpose) {
        const loops = scope("random")?.steps() ?? [];
        const use = `${path} ${purpose}`;
        const ordinal = ordinals.get(use) ?? 0;
        ordinals.set(use, ordinal + 1);
        return { ...deriveKey(key, path, purpose, ordinal), loops };
      },
      update(state, value) {
        const from = scope("update");
        checkValue("context.update", state, value);
        updated.add(state);
        cellOf(state).write(value, from);
      },
      latest: (state) => cellOf(state).read(scope("latest")),
      addLoss(penalty) {
        const from = scope("addLoss");
        checkNumber("context.addLoss", penalty);
        const total = new Cell(home, zeros([], penalty.dtype));
        losses.push(total);
        total.write(add(total.read(from), penalty), from);
      },
      check(holds, problem) {
        const from = scope("check");
        checkNumber("context.check", holds, "all");
        const all = new Cell(home, full([], 1, "bool"));
        checks.push({ holds: all, problem: `${problem}\n  in layer ${path}` });
        all.write(logicalAnd(all.read(from), holds), from);
      },
      within,
    };
  };
  return {
    context: within(""),
    collect() {
      isOver = true;
      return {
        updates: new Map([...updated].map((state) => [state, states.get(state)!.read(home)])),
        losses: losses.map((cell) => cell.read(home)),
        checks: checks.map(({ holds, problem }) => ({ holds: holds.read(home), problem })),
      };
    },
  };
}
