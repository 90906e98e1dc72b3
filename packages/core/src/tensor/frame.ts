import type { DeviceStorage, Node, Scope, Tensor, Variable } from "./graph.ts";

/** Work that was built and not yet computed. Frames nest: each records what is built while it is open. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** Whether nothing that is built or read inside can be seen from outside. */
  readonly sealed: boolean;
  /** In a trace that will be run again: what its variables are outside. */
  readonly entered: Entered | undefined;
  /** The innermost function that is being traced. */
  readonly scope: Scope | undefined;
  readonly pending: Node[];
  /** The variables assigned inside, with the value each had before and whether the new one can be seen. */
  readonly assigned: Map<Variable, Assignment>;
}

/** What variables were outside of a trace that gives them nodes of their own. */
interface Entered {
  readonly scope: Scope;
  /** Those that are read and have no memory yet. */
  readonly unplaced: Set<Variable>;
  readonly variables: Map<Variable, { readonly current: Tensor; readonly storage: DeviceStorage }>;
}

/** What an assignment that is not committed yet changed. */
export interface Assignment {
  readonly before: Tensor;
  readonly seen: boolean;
}

let frame: Frame = {
  parent: undefined,
  sealed: false,
  entered: undefined,
  scope: undefined,
  pending: [],
  assigned: new Map(),
};
/** The open frame. */
export function openFrame(): Frame {
  return frame;
}

/** The frame outside all others, whose work commits compute. */
export function rootFrame(): Frame {
  let root = frame;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** What an inner frame is to the one around it. */
interface FrameOptions extends Partial<Pick<Frame, "scope" | "entered">> {
  /** Promises that nothing built inside gets out. */
  readonly sealed?: boolean;
}

/** Runs `body` in a frame of its own and hands over the frame with the result. If it fails, its assignments are taken back. */
export function inFrame<Result>(
  body: () => Result,
  { sealed = false, entered = frame.entered, scope = frame.scope }: FrameOptions = {},
): { readonly result: Result; readonly frame: Frame } {
  const own: Frame = {
    parent: frame,
    sealed: sealed || frame.sealed,
    entered,
    scope,
    pending: [],
    assigned: new Map(),
  };
  frame = own;
  try {
    return { result: body(), frame: own };
  } catch (error) {
    for (const [variable, { before }] of own.assigned) variable.current = before;
    throw error;
  } finally {
    frame = own.parent!;
  }
}

/** Runs `body`, whose intermediate tensors nobody sees: only the tensors it returns become pending. */
export function hidden<Result extends readonly Tensor[]>(body: () => Result): Result {
  const { result, frame: inner } = inFrame(body);
  for (const tensor of result)
    if (tensor.storage === undefined && tensor.node.inputs.length > 0) frame.pending.push(tensor.node);
  adopt(inner);
  return result;
}

/** Runs `body`, of which only the assignments stay: no tensor that it builds or reads gets out. */
export function sealed(body: () => void): void {
  adopt(inFrame(body, { sealed: true }).frame);
}

/** Takes over the assignments that were made in an inner frame. */
function adopt({ assigned }: Frame): void {
  for (const [variable, { before, seen }] of assigned) {
    frame.assigned.set(variable, { before: frame.assigned.get(variable)?.before ?? before, seen });
  }
}

/** A trace with what each variable would have become. */
export interface Traced<Result> {
  readonly result: Result;
  readonly assigned: ReadonlyMap<Variable, Tensor>;
}

/** Runs `trace` inside a scope, with its assignments taken back afterwards. */
export function traced<Result>(scope: Scope, trace: () => Result): Traced<Result> {
  return takenBack(trace, { scope });
}

/**
 * The same for a trace that is run again later, which `use` makes ready. Tensors from outside are constants to it: a variable's value is a
 * node of its own until `use` is done, and nothing that is read inside gets out. `use` is told which variables take part. It is not called
 * where variables are read that have no memory yet, which are returned.
 */
export function tracedToReplay<Result>(
  scope: Scope,
  trace: () => Result,
  use: (traced: Traced<Result>, variables: ReadonlySet<Variable>) => void,
): ReadonlySet<Variable> {
  const variables: Entered["variables"] = new Map();
  const unplaced = new Set<Variable>();
  try {
    const done = takenBack(trace, { scope, sealed: true, entered: { scope, variables, unplaced } });
    if (unplaced.size === 0) use(done, new Set([...variables.keys(), ...done.assigned.keys()]));
    return unplaced;
  } finally {
    scope.isOpen = false;
    for (const [variable, { current, storage }] of variables) {
      variable.current = current;
      variable.storage = storage;
    }
  }
}

function takenBack<Result>(trace: () => Result, options: FrameOptions): Traced<Result> {
  const assigned = new Map<Variable, Tensor>();
  const body = (): Result => {
    try {
      return trace();
    } finally {
      for (const [variable, { before }] of frame.assigned) {
        assigned.set(variable, variable.current);
        variable.current = before;
      }
    }
  };
  return { result: inFrame(body, options).result, assigned };
}

/** Notes that the first value of a variable, whose computation failed, is asked for again. */
export function noteFirstValue(variable: Variable): void {
  for (let open: Frame | undefined = frame; open !== undefined; open = open.parent)
    if (open.assigned.has(variable)) return;
  rootFrame().assigned.set(variable, { before: variable.current, seen: true });
}
