import type { CallContext } from "./layer.ts";

/** The context as a frozen layer sees it: never in training, and its states stay as they are. */
export function frozenContext(context: CallContext): CallContext {
  return {
    training: false,
    random: (purpose) => context.random(purpose),
    update: () => {},
    latest: (state) => context.latest(state),
    addLoss: (penalty) => context.addLoss(penalty),
    check: (holds, problem) => context.check(holds, problem),
    within: (path) => frozenContext(context.within(path)),
  };
}
