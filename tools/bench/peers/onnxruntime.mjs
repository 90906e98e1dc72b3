// ONNX Runtime, which only predicts: https://www.npmjs.com/package/onnxruntime-node (native) and onnxruntime-web (WebAssembly).
import { modelBytes } from "./onnx.mjs";

const packages = { node: () => import("onnxruntime-node"), web: () => import("onnxruntime-web") };

/** ONNX Runtime from one of its packages, on one thread. */
export async function open({ from }) {
  const runtime = await packages[from]();
  runtime.env.wasm.numThreads = 1;
  const makers = { predict, matmul, chain, softmax, "layer-norm": layerNorm, sum };
  const bound = Object.entries(makers).map(([workload, make]) => [
    workload,
    (parameters, arrays) => make(runtime, arrays, parameters),
  ]);
  return { version: runtime.env.versions[from], threads: 1, makers: Object.fromEntries(bound) };
}

function sessionOf({ InferenceSession }, model) {
  return InferenceSession.create(modelBytes(model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

function tensorOf({ Tensor }, { data, shape }) {
  return new Tensor("float32", data, shape);
}

/** Runs a model again and again on the same arrays. */
async function repeated(runtime, model) {
  const session = await sessionOf(runtime, model);
  const tensors = Object.fromEntries(
    Object.entries(model.inputs).map(([name, array]) => [name, tensorOf(runtime, array)]),
  );
  const run = () => session.run(tensors);
  return { run, outputs: async () => ({ [model.output]: (await run())[model.output].data }) };
}

async function predict(runtime, { x, ...constants }) {
  const layers = Object.keys(constants).filter((name) => name.startsWith("kernel")).length;
  const sample = { shape: [1, ...x.shape], data: x.data };
  const nodes = [];
  let before = "x";
  for (let at = 0; at < layers; at++) {
    const last = at === layers - 1;
    const to = last ? "logits" : `layer${at}`;
    nodes.push({ operation: "Gemm", from: [before, `kernel${at}`, `bias${at}`], to });
    if (!last) nodes.push({ operation: "Relu", from: [to], to: `${to}Relu` });
    before = `${to}Relu`;
  }
  const session = await sessionOf(runtime, { nodes, inputs: { x: sample }, constants, output: "logits" });
  const run = async () => (await session.run({ x: tensorOf(runtime, sample) })).logits.data;
  return { run, outputs: async () => ({ logits: await run() }) };
}

function matmul(runtime, { a, b }, { transposeA, transposeB }) {
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  const nodes = [{ operation: "Gemm", from: ["a", "b"], to: "c", attributes }];
  return repeated(runtime, { nodes, inputs: { a, b }, output: "c" });
}

function chain(runtime, { x, w, b }) {
  const nodes = [
    { operation: "Mul", from: ["x", "w"], to: "scaled" },
    { operation: "Add", from: ["scaled", "b"], to: "shifted" },
    { operation: "Relu", from: ["shifted"], to: "positive" },
    { operation: "Exp", from: ["positive"], to: "powers" },
    { operation: "ReduceSum", from: ["powers"], to: "y", attributes: { keepdims: 0 } },
  ];
  return repeated(runtime, { nodes, inputs: { x, w, b }, output: "y" });
}

function softmax(runtime, { x }, { backward }) {
  if (backward) throw new Error("it has no gradients");
  const nodes = [{ operation: "Softmax", from: ["x"], to: "y", attributes: { axis: -1 } }];
  return repeated(runtime, { nodes, inputs: { x }, output: "y" });
}

function layerNorm(runtime, { x, scale, shift }, { backward }) {
  if (backward) throw new Error("it has no gradients");
  // Along the last axis with ε = 1e-5, unless told otherwise.
  const nodes = [{ operation: "LayerNormalization", from: ["x", "scale", "shift"], to: "y" }];
  return repeated(runtime, { nodes, inputs: { x, scale, shift }, output: "y" });
}

function sum(runtime, { x }) {
  const nodes = [{ operation: "ReduceSum", from: ["x"], to: "y", attributes: { keepdims: 0 } }];
  return repeated(runtime, { nodes, inputs: { x }, output: "y" });
}
