import { cast, flip, max, mul, reshape, sub, sum, type Tensor } from "@gradloom/core";
import { Choices } from "./choices.ts";
import { randomOperation } from "./random-operation.ts";
import type { World } from "./world.ts";

/** What a program does to a world, in random interleavings. */
export interface Command {
  readonly kind: "build" | "hold" | "assign" | "gradients" | "hidden" | "optimize" | "drop";
  readonly seed: number;
  readonly body: readonly Command[];
}

/** Gradients of gradients of gradients grow fast. */
const mostGradients = 3;

/** Carries a command out on the world's values; those it builds join them. */
export function carryOut(world: World, variables: number, { kind, seed, body }: Command): void {
  const choose = new Choices(world.values, seed);
  const join = (build: () => readonly Tensor[]): void => {
    world.values.push(...world.attempt(build));
  };
  if (kind === "build") join(() => randomOperation(choose));
  else if (kind === "hold") join(() => [world.read(choose.below(variables))]);
  else if (kind === "assign") join(() => (assign(world, variables, choose), []));
  else if (kind === "gradients") join(() => differentiate(world, variables, choose));
  else if (kind === "drop") world.values.splice(choose.below(world.values.length), world.values.length > 3 ? 1 : 0);
  else if (kind === "optimize") {
    const endHistory = choose.below(2) === 0;
    if (endHistory) world.gradientCount = mostGradients;
    join(() => (world.optimize(() => void within(world, world.values, variables, body), endHistory), []));
  } else join(() => world.hidden(() => within(world, world.values, variables, body)));
}

/** Carries commands out on a copy of the values; the last few that they built. */
export function within(
  world: World,
  values: readonly Tensor[],
  variables: number,
  body: readonly Command[],
  constants = world.constants,
): readonly Tensor[] {
  const inner: World = {
    values: [...values],
    constants,
    gradientCount: constants.size > 0 ? mostGradients - 1 : Math.max(world.gradientCount, mostGradients - 1),
    read: (at) => world.read(at),
    assign: (at, value) => world.assign(at, value),
    gradients: (output, at, tensors) => world.gradients(output, at, tensors),
    attempt: (build) => build(),
    hidden: (build) => world.hidden(build),
    optimize: (build, endHistory) => world.optimize(build, endHistory),
    compile: (step) => world.compile(step),
  };
  for (const command of body) if (command.kind !== "drop") carryOut(inner, variables, command);
  return inner.values.slice(values.length).slice(-3);
}

function assign(world: World, variables: number, choose: Choices): void {
  const at = choose.below(variables);
  const old = world.read(at);
  const way = choose.below(8);
  if (way === 0) {
    const other = Array.from({ length: variables }, (_, place) => place).find(
      (place) => place !== at && world.read(place).dtype === old.dtype && world.read(place).size === old.size,
    );
    if (other === undefined) return;
    const second = world.read(other);
    world.assign(at, reshape(second, old.shape));
    world.assign(other, reshape(old, second.shape));
  } else if (way === 1) world.assign(at, old);
  else if (way === 2) {
    const value = choose.fitting((tensor) => tensor.size === old.size) ?? old;
    const fitted = reshape(cast(value, old.dtype), old.shape);
    for (let place = 0; place < variables; place++) {
      if (world.read(place).dtype === old.dtype && world.read(place).shape.join() === old.shape.join())
        world.assign(place, fitted);
    }
  } else if (way === 4) world.assign(at, flip(old, choose.below(old.rank)));
  else if (way === 5) world.assign(at, cast(sub(old, max(old, { axis: 0 })), old.dtype));
  else if (way === 3) {
    const value =
      choose.fitting((tensor) => tensor.dtype === old.dtype && tensor.shape.join() === old.shape.join()) ?? old;
    world.assign(at, value);
  } else {
    const gradientLike = choose.fitting((tensor) => tensor.size === old.size || tensor.size === 1) ?? old;
    const change = gradientLike.size === 1 ? reshape(gradientLike, []) : reshape(gradientLike, old.shape);
    world.assign(at, mul(old, cast(change, old.dtype)).add(choose.below(4)).cast(old.dtype));
  }
}

function differentiate(world: World, variables: number, choose: Choices): readonly Tensor[] {
  const isFloat = ({ dtype }: Tensor): boolean => dtype === "float32" || dtype === "float64";
  const output = choose.fitting(isFloat);
  if (output === undefined || world.gradientCount++ >= mostGradients) return [];
  const places = Array.from({ length: variables }, (_, at) => at).filter((at) => isFloat(world.read(at)));
  const target = choose.fitting((tensor) => isFloat(tensor) && !world.constants.has(tensor));
  return world.gradients(sum(output), places, target === undefined ? [] : [target]);
}
