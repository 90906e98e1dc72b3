// jax-js: https://www.npmjs.com/package/@jax-js/jax. A function takes over the arrays that it is given; `.ref` keeps one for later.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";

/** jax-js on its WebAssembly device, which has one thread in Node. */
export async function open() {
  await init("wasm");
  defaultDevice("wasm");
  return {
    version: versionOf(),
    threads: 1,
    makers: { mlp, predict, xor, adds, matmul, chain, softmax, "layer-norm": layerNorm, sum },
  };
}

function versionOf() {
  const entry = createRequire(import.meta.url).resolve("@jax-js/jax");
  return JSON.parse(readFileSync(new URL("../package.json", new URL(`file://${entry}`)), "utf8")).version;
}

function arrayOf({ data, shape }) {
  return np.array(data, { shape: [...shape], dtype: data instanceof Int32Array ? np.int32 : np.float32 });
}

function arraysOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, arrayOf(array)]));
}

/** Kernels and biases, in order. */
function parametersOf(arrays) {
  const names = Object.keys(arrays).filter((name) => /^(kernel|bias)\d$/.test(name));
  return names.map((name) => arrayOf(arrays[name]));
}

const refs = (arrays) => arrays.map((array) => array.ref);

async function runAndWait(work) {
  const results = [work()].flat();
  await blockUntilReady(results);
  for (const result of results) result.dispose();
}

function network(parameters, x, activation) {
  let y = x;
  for (let at = 0; at < parameters.length; at += 2) {
    const product = np.matmul(y, parameters[at]).add(parameters[at + 1]);
    y = at + 2 < parameters.length ? activation(product) : product;
  }
  return y;
}

/** A jitted step: parameters, means and squares go in and come out, with the loss. */
function adamStep(lossOf, learningRate) {
  return jit((parameters, means, squares, meanScale, squareScale, x, y) => {
    const [loss, gradients] = valueAndGrad(lossOf)(refs(parameters), x, y);
    const next = { parameters: [], means: [], squares: [], loss };
    parameters.forEach((parameter, at) => {
      const mean = means[at].mul(0.9).add(gradients[at].ref.mul(0.1));
      const square = squares[at].mul(0.999).add(np.square(gradients[at]).mul(0.001));
      const root = np.sqrt(square.ref.mul(squareScale.ref)).add(1e-8);
      next.parameters.push(parameter.sub(mean.ref.mul(meanScale.ref).mul(learningRate).div(root)));
      next.means.push(mean);
      next.squares.push(square);
    });
    meanScale.dispose();
    squareScale.dispose();
    return next;
  });
}

/** A training: its parameters and what Adam keeps. */
function training(lossOf, learningRate, x, y, arrays) {
  const jitted = adamStep(lossOf, learningRate);
  let state;
  let count;
  const restart = () => {
    if (state !== undefined) for (const array of [state.parameters, state.means, state.squares].flat()) array.dispose();
    const zeros = () => parametersOf(arrays).map((array) => np.zerosLike(array));
    state = { parameters: parametersOf(arrays), means: zeros(), squares: zeros() };
    count = 0;
  };
  /** One step, which is waited for: an unbounded queue makes jax-js slow. */
  const step = async () => {
    count++;
    const scales = [0.9, 0.999].map((beta) => np.array(1 / (1 - beta ** count)));
    const { loss, ...next } = jitted(state.parameters, state.means, state.squares, ...scales, x.ref, y.ref);
    state = next;
    await blockUntilReady([state.parameters, loss]);
    return loss;
  };
  restart();
  return { step, restart };
}

function mlp(_, arrays) {
  const { x, labels } = arraysOf(arrays);
  const lossOf = (parameters, inputs, targets) =>
    np.mean(np.sum(nn.logSoftmax(network(parameters, inputs, nn.relu)).mul(targets), -1)).neg();
  const { step } = training(lossOf, 1e-3, x, nn.oneHot(labels, 10), arrays);
  return {
    run: async () => (await step()).dispose(),
    async outputs() {
      const losses = [];
      for (let at = 0; at < 5; at++) losses.push((await (await step()).data())[0]);
      return { losses };
    },
  };
}

function predict(_, arrays) {
  const parameters = parametersOf(arrays);
  const logits = jit((x, ...given) => network(given, x, nn.relu));
  const run = () => logits(np.array(arrays.x.data, { shape: [1, 784] }), ...refs(parameters)).data();
  return { run, outputs: async () => ({ logits: await run() }) };
}

function xor(_, arrays) {
  const { x, y } = arraysOf(arrays);
  const lossOf = (parameters, inputs, targets) =>
    np.mean(np.square(nn.sigmoid(network(parameters, inputs, np.tanh)).sub(targets)));
  const { step, restart } = training(lossOf, 0.05, x, y, arrays);
  const run = async () => {
    restart();
    for (let at = 1; at < 1000; at++) (await step()).dispose();
    return step();
  };
  return { run: async () => (await run()).dispose(), outputs: async () => ({ loss: await (await run()).data() }) };
}

function adds(_, arrays) {
  const { x } = arraysOf(arrays);
  const chained = (from) => {
    let y = from.ref;
    for (let step = 0; step < 1000; step++) y = y.add(from.ref);
    from.dispose();
    return y;
  };
  const slope = grad((from) => np.sum(chained(from)));
  return {
    run: () => slope(x.ref).data(),
    outputs: async () => ({ y: await chained(x.ref).data(), dx: await slope(x.ref).data() }),
  };
}

function matmul({ transposeA, transposeB, newB }, arrays) {
  const { a, b } = arraysOf(arrays);
  const turned = (array, turn) => (turn ? np.transpose(array) : array);
  const product = jit((left, right) => np.matmul(turned(left, transposeA), turned(right, transposeB)));
  const run = () => product(a.ref, newB ? arrayOf(arrays.b) : b.ref);
  return { run: () => runAndWait(run), outputs: async () => ({ c: await run().data() }) };
}

function chain(_, arrays) {
  const { x, w, b } = arraysOf(arrays);
  const jitted = jit((from, scale, shift) => np.sum(np.exp(nn.relu(from.mul(scale).add(shift)))));
  const run = () => jitted(x.ref, w.ref, b.ref);
  return { run: () => runAndWait(run), outputs: async () => ({ y: await run().data() }) };
}

function softmax({ backward }, arrays) {
  const { x, dy } = arraysOf(arrays);
  const forward = jit((from) => nn.softmax(from));
  const slope = jit(grad((from, arriving) => np.sum(nn.softmax(from).mul(arriving))));
  const run = backward ? () => slope(x.ref, dy.ref) : () => forward(x.ref);
  return { run: () => runAndWait(run), outputs: async () => ({ [backward ? "dx" : "y"]: await run().data() }) };
}

function layerNorm({ backward }, arrays) {
  const { x, dy, scale, shift } = arraysOf(arrays);
  const normalized = (from, factor, offset) => {
    const centered = from.ref.sub(np.mean(from, -1, { keepdims: true }));
    const variance = np.mean(np.square(centered.ref), -1, { keepdims: true });
    return centered
      .div(np.sqrt(variance.add(1e-5)))
      .mul(factor)
      .add(offset);
  };
  const forward = jit(normalized);
  const slopes = jit(
    grad((from, factor, offset, arriving) => np.sum(normalized(from, factor, offset).mul(arriving)), {
      argnums: [0, 1, 2],
    }),
  );
  const given = () => refs([x, scale, shift]);
  if (!backward) {
    const run = () => forward(...given());
    return { run: () => runAndWait(run), outputs: async () => ({ y: await run().data() }) };
  }
  const run = () => slopes(...given(), dy.ref);
  return {
    run: async () => {
      for (const slope of await blockUntilReady(run())) slope.dispose();
    },
    async outputs() {
      const [dx, dscale, dshift] = run();
      return { dx: await dx.data(), dscale: await dscale.data(), dshift: await dshift.data() };
    },
  };
}

function sum(_, arrays) {
  const { x } = arraysOf(arrays);
  const jitted = jit((from) => np.sum(from));
  const run = () => jitted(x.ref);
  return { run: () => runAndWait(run), outputs: async () => ({ y: await run().data() }) };
}
