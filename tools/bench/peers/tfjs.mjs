// TensorFlow.js: https://www.npmjs.com/package/@tensorflow/tfjs, with all its gradients, which the core package alone lacks in Node.
import * as tf from "@tensorflow/tfjs";

/** TensorFlow.js on one of its backends, both of which use one thread in Node. */
export async function open({ backend }) {
  if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  tf.enableProdMode();
  await tf.setBackend(backend);
  await tf.ready();
  return {
    version: tf.version_core,
    threads: 1,
    makers: { mlp, predict, xor, adds, matmul, chain, softmax, "layer-norm": layerNorm, sum },
  };
}

function tensorOf({ data, shape }) {
  return tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32");
}

function tensorsOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, tensorOf(array)]));
}

/** Kernels and biases, in order. */
function parametersOf(arrays) {
  const names = Object.keys(arrays).filter((name) => /^(kernel|bias)\d$/.test(name));
  return names.map((name) => tf.variable(tensorOf(arrays[name])));
}

function network(parameters, x, activation) {
  let y = x;
  for (let at = 0; at < parameters.length; at += 2) {
    const product = tf.add(tf.matMul(y, parameters[at]), parameters[at + 1]);
    y = at + 2 < parameters.length ? activation(product) : product;
  }
  return y;
}

function adam(learningRate) {
  return tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
}

function mlp(_, arrays) {
  const { x, labels } = tensorsOf(arrays);
  const targets = tf.cast(tf.oneHot(labels, 10), "float32");
  const parameters = parametersOf(arrays);
  const optimizer = adam(1e-3);
  const loss = () => tf.losses.softmaxCrossEntropy(targets, network(parameters, x, tf.relu));
  return {
    run: () => void optimizer.minimize(loss, false, parameters),
    outputs() {
      const losses = [];
      for (let step = 0; step < 5; step++) losses.push(optimizer.minimize(loss, true, parameters).dataSync()[0]);
      return { losses };
    },
  };
}

function predict(_, arrays) {
  const parameters = parametersOf(arrays);
  const run = async () => {
    const logits = tf.tidy(() => network(parameters, tf.tensor2d(arrays.x.data, [1, 784]), tf.relu));
    const data = await logits.data();
    logits.dispose();
    return data;
  };
  return { run, outputs: async () => ({ logits: await run() }) };
}

function xor(_, arrays) {
  const { x, y } = tensorsOf(arrays);
  const first = parametersOf(arrays);
  const parameters = parametersOf(arrays);
  const loss = () => tf.mean(tf.squaredDifference(tf.sigmoid(network(parameters, x, tf.tanh)), y));
  const run = (wanted) => {
    parameters.forEach((parameter, at) => parameter.assign(tf.clone(first[at])));
    const optimizer = adam(0.05);
    for (let step = 1; step < 1000; step++) optimizer.minimize(loss, false, parameters);
    const last = optimizer.minimize(loss, wanted, parameters);
    optimizer.dispose();
    return last;
  };
  return { run: () => void run(false), outputs: () => ({ loss: run(true).dataSync() }) };
}

function adds(_, arrays) {
  const { x } = tensorsOf(arrays);
  const chained = (from) => {
    let y = from;
    for (let step = 0; step < 1000; step++) y = tf.add(y, from);
    return y;
  };
  const slope = tf.grad((from) => tf.sum(chained(from)));
  return {
    run: () => void tf.tidy(() => slope(x).dataSync()),
    outputs: () => ({ y: chained(x).dataSync(), dx: slope(x).dataSync() }),
  };
}

function matmul({ transposeA, transposeB, newB }, arrays) {
  const { a, b } = tensorsOf(arrays);
  const run = () => tf.tidy(() => tf.matMul(a, newB ? tensorOf(arrays.b) : b, transposeA, transposeB));
  return { run: () => run().dispose(), outputs: () => ({ c: run().dataSync() }) };
}

function chain(_, arrays) {
  const { x, w, b } = tensorsOf(arrays);
  const run = () => tf.tidy(() => tf.sum(tf.exp(tf.relu(tf.add(tf.mul(x, w), b)))));
  return { run: () => run().dispose(), outputs: () => ({ y: run().dataSync() }) };
}

function softmax({ backward }, arrays) {
  const { x, dy } = tensorsOf(arrays);
  const forward = () => tf.softmax(x);
  if (!backward) return { run: () => forward().dispose(), outputs: () => ({ y: forward().dataSync() }) };
  const slope = tf.grad((from) => tf.softmax(from));
  const run = () => slope(x, dy);
  return { run: () => run().dispose(), outputs: () => ({ dx: run().dataSync() }) };
}

function layerNorm({ backward }, arrays) {
  const { x, dy, scale, shift } = tensorsOf(arrays);
  const forward = (from, factor, offset) =>
    tf.tidy(() => {
      const { mean, variance } = tf.moments(from, -1, true);
      return from.sub(mean).div(variance.add(1e-5).sqrt()).mul(factor).add(offset);
    });
  if (!backward) {
    const run = () => forward(x, scale, shift);
    return { run: () => run().dispose(), outputs: () => ({ y: run().dataSync() }) };
  }
  const slopes = tf.grads(forward);
  const run = () => slopes([x, scale, shift], dy);
  return {
    run: () => tf.dispose(run()),
    outputs() {
      const [dx, dscale, dshift] = run();
      return { dx: dx.dataSync(), dscale: dscale.dataSync(), dshift: dshift.dataSync() };
    },
  };
}

function sum(_, arrays) {
  const { x } = tensorsOf(arrays);
  const run = () => tf.sum(x);
  return { run: () => run().dispose(), outputs: () => ({ y: run().dataSync() }) };
}
