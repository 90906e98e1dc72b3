const kept = "packages/gradloom/test/nonsense/kept-arguments.test.ts";
const byBackend = "packages/core/test/work-by-backend.test.ts";
const scanTests = "packages/core/test/scan.test.ts";
const plugins = "packages/gradloom/test/end-to-end/plugins.test.ts";
const optionCalls = "packages/gradloom/test/options/calls.test.ts";
const optionFactories = "packages/gradloom/test/options/factories.test.ts";
const effects = "packages/gradloom/test/effects.test.ts";
const laziness = "packages/core/test/laziness.test.ts";
const gradients = "packages/core/test/gradients.test.ts";
const compile = "packages/core/test/compile.test.ts";
const derivatives = "packages/core/test/ops/derivatives.test.ts";
const extremes = "packages/testing/test/extremes.test.ts";
const memory = "packages/core/test/memory.test.ts";
const program = "packages/core/test/program.test.ts";
const heap = "packages/core/test/heap.test.ts";
const rowGroups = "packages/core/test/row-groups.test.ts";
const wasmTests = "packages/backend-wasm/test";
const kernelSets = `${wasmTests}/kernel-sets.test.ts`;
const kernelSuite = "packages/testing/test/kernel-suite.test.ts";
const rows = `${wasmTests}/groups/rows.test.ts`;
const attributes = "packages/core/test/attributes.test.ts";
const ownOperations = "packages/core/test/own-operations.test.ts";
const errors = "packages/core/test/errors.test.ts";
const cpuSuite = "packages/backend-cpu/test/suite.test.ts";
const suite = `${wasmTests}/suite.test.ts`;
const accuracy = `${wasmTests}/mathematics/accuracy.test.ts`;
const products = `${wasmTests}/kernels/matmul.test.ts`;
const wasmMemory = `${wasmTests}/memory/memory.test.ts`;
const endlessLoops = `${wasmTests}/memory/endless-loops.test.ts`;
const limits = `${wasmTests}/memory/limits.test.ts`;
const hostMemory = "packages/core/test/host-memory.test.ts";
const reserve = `${wasmTests}/memory/reserve-memory.test.ts`;
const wasmProgram = `${wasmTests}/program/program.test.ts`;
const threadSuite = `${wasmTests}/threads/suite.test.ts`;
const threads = `${wasmTests}/threads/threads.test.ts`;
const faults = `${wasmTests}/threads/faults.test.ts`;
const workQueue = `${wasmTests}/threads/work-queue.test.ts`;
const library = `${wasmTests}/program/library.test.ts`;
const training = "packages/gradloom/test/end-to-end";
const files = "packages/formats/test";
const core = "packages/core/src";
const formats = "packages/formats/src";
const wasm = "packages/backend-wasm/src";

/** Each fault: what it is, the file it is planted in, texts to replace there, and the tests of which one must fail. */
export const mutants = [
  {
    name: "the gradient of a stretched operand is not summed back",
    file: `${core}/ops/elementwise-operation.ts`,
    edits: [["() => sumTo(one(), a!.shape)", "() => one()"]],
    tests: [gradients],
  },
  {
    name: "a tensor of a trace that has ended is taken for the argument of another one",
    file: `${core}/tensor/refuse-leaked.ts`,
    edits: [["if (scope === undefined || scope.isOpen) return;", "if (scope !== null) return;"]],
    tests: ["packages/core/test/leaked-tensors.test.ts"],
  },
  {
    name: "a compiled function forgets the trace that it used last",
    file: `${core}/runtime/trace-cache.ts`,
    edits: [["      this.buckets.delete(hash);\n      this.buckets.set(hash, bucket!);\n", ""]],
    tests: [compile],
  },
  {
    name: "bytes are added up modulo 256",
    file: `${core}/ops/axes.ts`,
    edits: [['toNumber("sum", x)', "x"]],
    tests: ["packages/core/test/ops/storage.test.ts"],
  },
  {
    name: "work that fails on one backend takes the assignments of all back",
    file: `${core}/tensor/commit.ts`,
    edits: [["takeBack(work.assigned);", "takeBack(assigned);"]],
    tests: [byBackend],
  },
  {
    name: "a tensor that nobody asked for fails those that were asked for",
    file: `${core}/tensor/commit.ts`,
    edits: [["if (unasked.length === 0 || goals.length === 0) throw error;", "if (goals !== undefined) throw error;"]],
    tests: [byBackend],
  },
  {
    name: "a variable that lives nowhere is computed on two backends",
    file: `${core}/tensor/commit.ts`,
    edits: [["for (const other of works.values()) other.assigned.delete(variable);", ""]],
    tests: [byBackend],
  },
  {
    name: "a read commits the work of every backend",
    file: `${core}/tensor/commit.ts`,
    edits: [["only.size === 0 || only.has(device)", "only.size >= 0"]],
    tests: [byBackend],
  },
  {
    name: "what the step of a loop writes to a cell stays inside",
    file: `${core}/gradient/scan.ts`,
    edits: [["  cells.forEach((cell, at) => cell.write(outputs[initial.length + at]!, outer));\n", ""]],
    tests: [effects],
  },
  {
    name: "what a checkpoint writes to a cell stays inside",
    file: `${core}/gradient/checkpoint.ts`,
    edits: [
      ["    cells.forEach((cell, at) => cell.write(outputs[outputs.length - cells.length + at]!, outer));\n", ""],
    ],
    tests: [effects],
  },
  {
    name: "a loop draws the same random numbers at each step",
    file: `${core}/model/call-context.ts`,
    edits: [["?.steps() ?? []", "?.steps().slice(1) ?? []"]],
    tests: [effects],
  },
  {
    name: "the gradient of a loop leaves out what the carries of its steps were used for",
    file: `${core}/gradient/scan.ts`,
    edits: [
      [
        "historyGradients.length > 0 ? add(gradientOf(at), fromHistory[place]!)",
        "place < 0 ? add(gradientOf(at), fromHistory[place]!)",
      ],
    ],
    tests: [scanTests],
  },
  {
    name: "the gradient of a loop goes through the steps in their order",
    file: `${core}/gradient/scan.ts`,
    edits: [["reverse: !reverse,", "reverse,"]],
    tests: [scanTests],
  },
  {
    name: "an invariant of a loop gets the gradient of the last step alone",
    file: `${core}/gradient/scan.ts`,
    edits: [
      [
        "add(gradients[floatCarries.length + place]!, gradientOf(at))",
        "add(mul(gradients[floatCarries.length + place]!, 0), gradientOf(at))",
      ],
      ['import { add } from "../ops/elementwise.ts";', 'import { add, mul } from "../ops/elementwise.ts";'],
    ],
    tests: [scanTests],
  },
  {
    name: "a loop hands out the carries that its steps give for those that they were given",
    file: `${core}/host/run-loop.ts`,
    edits: [
      [
        "    histories.forEach((history, at) => copy(history, carries[at]!.size * place, carries[at]!, carries[at]!.size));\n",
        "",
      ],
      [
        "    outputs.forEach((output, at) => {",
        "    histories.forEach((history, at) => copy(history, carries[at]!.size * place, carries[at]!, carries[at]!.size));\n    outputs.forEach((output, at) => {",
      ],
    ],
    tests: [scanTests],
  },
  {
    name: "a gradient of one's own takes from outside what is of another call",
    file: `${core}/gradient/custom-gradient.ts`,
    edits: [["[value!, ...given, ...invariants], none)", "[value!, ...given, ...invariants.toReversed()], none)"]],
    tests: [derivatives],
  },
  {
    name: "what is told beside a value with a gradient of its own is lost",
    file: `${core}/gradient/custom-gradient.ts`,
    edits: [["    cells.forEach((cell, at) => cell.write(told[at]!, outer));\n", ""]],
    tests: [effects],
  },
  {
    name: "an operation keeps the attributes of its caller",
    file: `${core}/ops/own-operation.ts`,
    edits: [["ownCopy(name, attributes) as Attributes", "(ownCopy(name, attributes), attributes)"]],
    tests: [kept],
  },
  {
    name: "the slope of a loss counts for samples of weight 0",
    file: `${core}/training/objective.ts`,
    edits: [["stopGradient(prediction), prediction)", "prediction, prediction)"]],
    tests: [`${training}/weights.test.ts`],
  },
  {
    name: "metrics count samples of weight 0",
    file: "packages/metrics/src/sample-mean.ts",
    edits: [["where(equal(weights, 0), 0, mul(one, weights))", "where(equal(weights, -1), 0, mul(one, weights))"]],
    tests: [`${training}/weights.test.ts`],
  },
  {
    name: "a shared layer trains in one place and is frozen in another",
    file: `${core}/model/model-builder.ts`,
    edits: [["if (trainable !== other.trainable) {", "if (trainable === undefined) {"]],
    tests: [`${training}/misuse.test.ts`],
  },
  {
    name: "a step of a loop is given the loop's own lists",
    file: `${core}/gradient/scan.ts`,
    edits: [["step([...given], [...walked])", "step(given, walked)"]],
    tests: [scanTests],
  },
  {
    name: "what a callback gives is not looked at",
    file: `${core}/training/trainer.ts`,
    edits: [["if (stop) continue;", "continue;"]],
    tests: [`${training}/misuse.test.ts`],
  },
  {
    name: "fractions of attributes are told apart by one half of their bits",
    file: `${core}/tensor/attributes.ts`,
    edits: [["return mix(mix(seed, words[0]!), words[1]!);", "return mix(seed, words[1]! >> 20);"]],
    tests: [attributes],
  },
  {
    name: "an optimizer keeps two things under one path",
    file: `${core}/training/optimizer.ts`,
    edits: [["  taken.add(own);\n", ""]],
    tests: [`${training}/misuse.test.ts`],
  },
  {
    name: "a checkpoint computes again before the gradient has arrived",
    file: `${core}/gradient/checkpoint.ts`,
    edits: [
      [
        "at < given ? apply(barrierOperation, [input, arrived], none) : input",
        "at < 0 ? apply(barrierOperation, [input, arrived], none) : input",
      ],
    ],
    tests: [program],
  },
  {
    name: "the cpu backend sorts NaN first",
    file: "packages/backend-cpu/src/sort.ts",
    edits: [["Number(a !== a) - Number(b !== b)", "Number(b !== b) - Number(a !== a)"]],
    tests: [cpuSuite],
  },
  {
    name: "the cpu backend finds the last of equal maxima",
    file: "packages/backend-cpu/src/reduce.ts",
    edits: [["if (value > most || value !== value) {", "if (value >= most || value !== value) {"]],
    tests: [cpuSuite],
  },
  {
    name: "the cpu backend overwrites where equal indices must add up",
    file: "packages/backend-cpu/src/gather.ts",
    edits: [["y[start + i]! += x[", "y[start + i] = x["]],
    tests: [cpuSuite],
  },
  {
    name: "plugins for another core are taken",
    file: `${core}/plugin/registry.ts`,
    edits: [["if (inRange(coreVersion, core)) return;", "if (core !== undefined) return;"]],
    tests: [plugins],
  },
  {
    name: "of two plugins with one name the last wins",
    file: `${core}/plugin/registry.ts`,
    edits: [["known !== undefined && known.factory !== factory", "known !== undefined && known.factory === undefined"]],
    tests: [plugins],
  },
  {
    name: "plugins of another copy of core are taken",
    file: `${core}/plugin/registry.ts`,
    edits: [["if (registry !== Registry)", "if (registry === undefined)"]],
    tests: ["packages/gradloom/test/two-cores.test.ts"],
  },
  {
    name: "rows of a nested array may have other lengths than the first",
    file: `${core}/tensor/nested-array.ts`,
    edits: [["!Array.isArray(row) || row.length !== wanted", "!Array.isArray(row)"]],
    tests: ["packages/core/test/ops/host-numbers.test.ts"],
  },
  {
    name: "whole numbers wrap on their way into a tensor",
    file: `${core}/ops/creation.ts`,
    edits: [["if (!holds(dtype, value)) held", "if (data.length < 0) held"]],
    tests: ["packages/core/test/errors.test.ts"],
  },
  {
    name: "whole numbers are compared with a number beyond them as if they held it",
    file: `${core}/ops/elementwise.ts`,
    edits: [["return value >= least ? lessEqual(whole,", "return value === value ? lessEqual(whole,"]],
    tests: [cpuSuite],
  },
  {
    name: "powers of whole numbers take negative exponents modulo 2^32",
    file: "packages/backend-cpu/src/elementwise.ts",
    edits: [["b < 0 && a !== 1 && a !== -1 ? 0 : ", ""]],
    tests: [cpuSuite],
  },
  {
    name: "the loss of a computed class that does not exist is 0",
    file: "packages/losses/src/softmax-cross-entropy.ts",
    edits: [
      [
        "whereKnown(isClass(numbers, count), sum(where(chosen, logProbabilities, 0), { axis: -1 }))",
        "sum(where(chosen, logProbabilities, 0), { axis: -1 })",
      ],
    ],
    tests: ["packages/losses/test/unknown-targets.test.ts"],
  },
  {
    name: "an embedding gives its first row for numbers beyond its table",
    file: "packages/layers-dense/src/embedding.ts",
    edits: [['"int32")), NaN)', '"int32")), 0)']],
    tests: ["packages/layers-dense/test/embedding-range.test.ts"],
  },
  {
    name: "nested arrays of bool hold numbers",
    file: `${core}/tensor/nested-array.ts`,
    edits: [['dtype === "bool" ? Boolean : Number', "Number"]],
    tests: ["packages/core/test/ops/print.test.ts"],
  },
  {
    name: "squares of large gradients overflow on the way to their norm",
    file: `${core}/ops/statistics.ts`,
    edits: [["where(equal(plain, Infinity), ofLarge, ", "where(equal(plain, Infinity), plain, "]],
    tests: ["packages/optimizers/test/optimizers.test.ts", extremes],
  },
  {
    name: "the slope of a power of 0 is a power of 0 to -1",
    file: `${core}/ops/elementwise.ts`,
    edits: [["pow(where(equal(b, 0), 1, a), sub(b, 1))", "pow(a, sub(b, 1))"]],
    tests: [extremes],
  },
  {
    name: "the slope of logSumExp is taken from its rounded value",
    file: `${core}/ops/softmax.ts`,
    edits: [
      ["const shares = apply(softmaxOperation, [x!], none);", "const shares = exp(sub(x!, alongAxis(y!, x!.shape)));"],
    ],
    tests: [extremes],
  },
  {
    name: "uniform numbers round to the bound that they exclude",
    file: `${core}/ops/random.ts`,
    edits: [["return minimum(drawn, before);", "return before > 0 ? drawn : minimum(drawn, before);"]],
    tests: ["packages/core/test/ops/random.test.ts"],
  },
  {
    name: "a class that is ruled out costs where no part of the target is in it",
    file: "packages/losses/src/entropy-term.ts",
    edits: [["where(none, 0, logProbability)", "where(none, logProbability, logProbability)"]],
    tests: ["packages/losses/test/losses.test.ts"],
  },
  {
    name: "an array that a data set was made of may shrink unnoticed",
    file: "packages/data/src/gather-rows.ts",
    edits: [["data.length !== sizeOf(shape)", "data.length > sizeOf(shape)"]],
    tests: ["packages/data/test/nonsense.test.ts"],
  },
  {
    name: "gradients that meet are not added",
    file: `${core}/gradient/backward.ts`,
    edits: [["before === undefined ? gradient : add(before, gradient)", "gradient"]],
    tests: [gradients],
  },
  {
    name: "a gradient flows through the value of a variable",
    file: `${core}/tensor/node.ts`,
    edits: [
      [
        "grad: () => [null],\n  traits: { alias: true, constant: true }",
        "grad: ({ incoming: [dy] }) => [() => dy!],\n  traits: { alias: true }",
      ],
    ],
    tests: [laziness],
  },
  {
    name: "a variable is written in place although a later step reads the old value",
    file: `${core}/program/plan.ts`,
    edits: [["position.get(reader)! < position.get(writer)!", "true"]],
    tests: [laziness],
  },
  {
    name: "a variable is written in place by a step that does not read it in step",
    file: `${core}/program/plan.ts`,
    edits: [["(until.get(slot) ?? -1) <= (writer.writtenIn?.get(value.root) ?? 0) &&", ""]],
    tests: [laziness],
  },
  {
    name: "free stretches of memory are not joined",
    file: `${core}/program/heap.ts`,
    edits: [["const start = this.ends.get(address) ?? address;", "const start = address;"]],
    tests: [heap],
  },
  {
    name: "what is left of a free stretch of memory is lost",
    file: `${core}/program/heap.ts`,
    edits: [["if (found > needed) this.add(address + needed, found - needed);", ""]],
    tests: [heap],
  },
  {
    name: "a result is written over an operand that the step does not read in step",
    file: `${core}/program/plan.ts`,
    edits: [["instruction.readUntil ?? []", "instruction.inputs.map(({ root }) => [root, 0] as const)"]],
    tests: [laziness],
  },
  {
    name: "a result is written over an operand that a later phase of the group reads",
    file: `${core}/program/group-of.ts`,
    edits: [['how === "full" ? role.phase : Infinity', 'how === "full" ? 0 : Infinity']],
    tests: [rowGroups],
  },
  {
    name: "axes are joined that only some arrays walk through evenly",
    file: `${core}/tensor/merge-axes.ts`,
    edits: [["strides.every((stride, at)", "strides.some((stride, at)"]],
    tests: ["packages/core/test/merge-axes.test.ts"],
  },
  {
    name: "a kernel table is asked for the name of an operation",
    file: `${core}/host/kernel-backend.ts`,
    edits: [["const { kernel: row } = operation.traits;", "const row = operation.name as keyof Kernels;"]],
    tests: [cpuSuite],
  },
  {
    name: "attributes are the same whatever their text leaves out",
    file: `${core}/tensor/attributes.ts`,
    edits: [['Object.is(value, -0) ? "-0" : String(value)', "JSON.stringify(value)"]],
    tests: [attributes],
  },
  {
    name: "what compose gives is not compared with what infer says",
    file: `${core}/ops/meaning-of.ts`,
    edits: [["!isTensors(meaning) || !sameSpecs(outputs, meaning)", "!isTensors(meaning)"]],
    tests: [ownOperations],
  },
  {
    name: "a gradient is not compared with its input",
    file: `${core}/gradient/backward.ts`,
    edits: [["gradient instanceof Tensor && sameSpecs([input], [gradient])", "gradient instanceof Tensor"]],
    tests: [ownOperations],
  },
  {
    name: "a meaning may read what the program's key does not tell",
    file: `${core}/ops/meaning-of.ts`,
    edits: [["if (outside !== undefined)", "if (outside === null)"]],
    tests: [errors],
  },
  {
    name: "what needs a reduction comes in the phase of the reduction",
    file: `${core}/program/row-groups.ts`,
    edits: [["phase + (isReduction(member) ? 1 : 0)", "phase"]],
    tests: [rowGroups],
  },
  {
    name: "numbers of columns are taken for numbers of rows",
    file: `${core}/program/row-roles.ts`,
    edits: [["if ((shape.at(-back) ?? 1) !== 1) return false;", ""]],
    tests: [rowGroups],
  },
  {
    name: "a value is read in step across rows of two lengths",
    file: `${core}/program/row-groups.ts`,
    edits: [["elementSpace: `elements of ${key}`", 'elementSpace: "elements"']],
    tests: [rowGroups],
  },
  {
    name: "the best backend is not given kernels",
    file: "packages/gradloom/src/use-best-backend.ts",
    edits: [["    giveKernels(options.kernels ?? [], backend);\n", ""]],
    tests: ["packages/gradloom/test/gradloom.test.ts"],
  },
  {
    name: "kernels of two packages meet where they have one name",
    file: `${wasm}/toolkit/wasm-kernels.ts`,
    edits: [["call.kernel.isForeign !== true", "call.kernel.isForeign === true"]],
    tests: [kernelSets],
  },
  {
    name: "formulas of operations of one name are one",
    file: `${wasm}/toolkit/wasm-kernels.ts`,
    edits: [["name: `operation ${operation.id}`", "name: `operation ${operation.name}`"]],
    tests: [kernelSets],
  },
  {
    name: "the known numbers of kernels in loops have no place",
    file: `${wasm}/program/constants.ts`,
    edits: [["        this.collect(item.body);\n", ""]],
    tests: [kernelSets],
  },
  {
    name: "the backend for tests does not tell what is written beside outputs",
    file: `${wasm}/toolkit/wasm-for-tests.ts`,
    edits: [["select(damage, ", "select(i32.constant(0), "]],
    tests: [kernelSuite],
  },
  {
    name: "the laws of kernels hold where none is run",
    file: "packages/testing/src/kernel-suite/kernel-under-test.ts",
    edits: [["if (answer === true) note();", "note();"]],
    tests: [kernelSuite],
  },
  {
    name: "the steps of a program are the arguments of one call",
    file: `${wasm}/program/write-program.ts`,
    edits: [
      [
        'works.reduce((most, work) => Math.max(most, "body" in work ? work.bytes : 0), 0)',
        'Math.max(0, ...works.map((work) => ("body" in work ? work.bytes : 0)))',
      ],
    ],
    tests: [wasmProgram],
  },
  {
    name: "a program is one function, however many variables it needs",
    file: `${wasm}/program/write-program.ts`,
    edits: [["const mostWords = 40_000", "const mostWords = 40_000_000"]],
    tests: [`${wasmTests}/program/modules.test.ts`],
  },
  {
    name: "the parts of a program run in another order",
    file: `${wasm}/program/write-program.ts`,
    edits: [["for (const part of parts) code.run", "for (const part of parts.toReversed()) code.run"]],
    tests: [wasmProgram],
  },
  {
    name: "elements are computed again from what was written over",
    file: `${wasm}/groups/group-schedule.ts`,
    edits: [["|| last > until", ""]],
    tests: [rows],
  },
  {
    name: "single elements count four times in a total",
    file: `${wasm}/kernels/totals.ts`,
    edits: [["first ? [v128.select(this.firstMask(), merged[0]!, this.parts[0]!)] : merged", "merged"]],
    tests: [rows],
  },
  {
    name: "the order of zeros is looked up in memory that was written over",
    file: `${wasm}/groups/group-schedule.ts`,
    edits: [["overwritten[from]! > phase", "true"]],
    tests: [rows],
  },
  {
    name: "a block of the arena is freed one step early",
    file: `${core}/program/plan.ts`,
    edits: [["(lastReader.get(root) ?? at) > at", "(lastReader.get(root) ?? at) > at + 1"]],
    tests: [laziness],
  },
  {
    name: "a fused pass writes a result before its last read of that memory",
    file: `${core}/host/group-run.ts`,
    edits: [["(lastReads.get(memoryOf(outputs[output]!)) ?? -1) <= at", "true"]],
    tests: [laziness],
  },
  {
    name: "a block between the operations of a pass is used again after its first reader",
    file: `${core}/host/group-run.ts`,
    edits: [
      [
        "if (reference < 0) last.set(~reference, at);",
        "if (reference < 0 && !last.has(~reference)) last.set(~reference, at);",
      ],
    ],
    tests: [laziness],
  },
  {
    name: "equal work is merged whatever its attributes",
    file: `${core}/program/draft-builder.ts`,
    edits: [
      ["let hash = mix(operation.id, hashOf(attributes));", "let hash = operation.id;"],
      [
        /sameShape\(other\.outputs\[0\]!\.shape, specs\[0\]!\.shape\) &&\s*sameAttributes\(other\.attributes, attributes\)/,
        "true",
      ],
    ],
    tests: [laziness],
  },
  {
    name: "a neutral operand is dropped although it stretches the other",
    file: `${core}/program/draft-builder.ts`,
    edits: [
      [
        "const fits = (kept: Value): boolean => sameShape(kept.shape, shape);",
        "const fits = (kept: Value): boolean => kept !== undefined || shape === undefined;",
      ],
    ],
    tests: [laziness],
  },
  {
    name: "stages of fusion do not advance where a value is not read in step",
    file: `${core}/program/fuse.ts`,
    edits: [["space === readingSpace(value, reader) ? 0 : 1", "space === readingSpace(value, reader) ? 0 : 0"]],
    tests: [laziness],
  },
  {
    name: "operations that read one value are not one pass",
    file: `${core}/program/fuse.ts`,
    edits: [["else merge(sibling, instruction);", ""]],
    tests: [program],
  },
  {
    name: "work that changes nothing stays in programs",
    file: `${core}/program/draft-builder.ts`,
    edits: [["if (neutral === undefined) return undefined;", "if (neutral !== null) return undefined;"]],
    tests: [program],
  },
  {
    name: "programs are found by their operations, not their shapes",
    file: `${core}/tensor/recording.ts`,
    edits: [["for (let axis = 0; axis < tensor.shape.length; axis++) put(tensor.shape[axis]!);", ""]],
    tests: [laziness],
  },
  {
    name: "a commit that fails leaves variables set aside",
    file: `${core}/runtime/backend-device.ts`,
    edits: [["undo.forEach((takeBack) => takeBack());", ""]],
    tests: ["packages/core/test/failing-commit.test.ts"],
  },
  {
    name: "the copy for those who hold the old value is left out",
    file: `${core}/runtime/backend-device.ts`,
    edits: [["storage.buffer = this.backend.copy(buffer);", ""]],
    tests: [laziness],
  },
  {
    name: "values that are read in hidden work do not count as held",
    file: `${core}/tensor/variable.ts`,
    edits: [["if (!openFrame().sealed) {", "if (openFrame().parent === undefined) {"]],
    tests: [laziness],
  },
  {
    name: "a variable that a compiled function assigns keeps the leaf of its old value",
    file: `${core}/runtime/trace.ts`,
    edits: [["for (const variable of this.assigned) device.renew(variable);", ""]],
    tests: [laziness, compile],
  },
  {
    name: "a compiled function takes a captured tensor that is pending for a part of itself",
    file: `${core}/runtime/trace.ts`,
    edits: [["if (constants.length > 0) commit(", "if (constants.length < 0) commit("]],
    tests: [laziness],
  },
  {
    name: "failing work leaves its assignments",
    file: `${core}/tensor/frame.ts`,
    edits: [["for (const [variable, { before }] of own.assigned) variable.current = before;", ""]],
    tests: [laziness],
  },
  {
    name: "the second tracing is not compared with the first",
    file: `${core}/runtime/trace-change.ts`,
    edits: [["if (same) return;", "return;"]],
    tests: [compile],
  },
  {
    name: "what a variable was computed from is kept",
    file: `${core}/runtime/backend-device.ts`,
    edits: [["current.node.inputs = [];", ""]],
    tests: [memory],
  },
  {
    name: "the history does not end with a commit that ends it",
    file: `${core}/tensor/commit.ts`,
    edits: [["node.inputs = [];", "continue;"]],
    tests: [memory],
  },
  {
    name: "loops that never read are cut at no fixed place",
    file: `${core}/tensor/commit.ts`,
    edits: [
      ["if (pending.length > stepBound && assigned.has(variable)) cut();", "void [pending, assigned, variable];"],
    ],
    tests: [memory],
  },
  {
    name: "the learning rate of float64 parameters is kept in float32",
    file: `${core}/training/optimizer.ts`,
    edits: [["checkRate(learningRate), { dtype: this.dtype }),", "checkRate(learningRate)),"]],
    tests: [`${training}/float64.test.ts`],
  },
  {
    name: "the norm of all gradients is taken in float32",
    file: `${core}/training/optimizer.ts`,
    edits: [["cast(one, this.dtype)", 'cast(one, "float32")']],
    tests: [`${training}/float64.test.ts`],
  },
  {
    name: "metrics of a float64 model are added up in float32",
    file: `${core}/training/meter.ts`,
    edits: [
      ["cell(`${name}/${label}`, { shape, dtype })", 'cell(`${name}/${label}`, { shape, dtype: "float32" })'],
      ["grow(one, cast(amount, dtype))", 'grow(one, cast(amount, "float32"))'],
    ],
    tests: [`${training}/float64.test.ts`],
  },
  {
    name: "ranks and parts of a step count alike, whatever they weigh",
    file: `${core}/training/accumulate.ts`,
    edits: [
      ["mul(found.gradients[at]!, cast(total, sums.dtype))", "found.gradients[at]!"],
      ["add(weight.value, total)", "add(weight.value, 1)"],
    ],
    tests: [`${training}/exchange.test.ts`],
  },
  {
    name: "a snapshot forgets how many epochs were begun",
    file: `${core}/training/snapshot.ts`,
    edits: [["  progress.epochs = from.get(epochCount)![0]!;\n", ""]],
    tests: [`${training}/resume.test.ts`],
  },
  {
    name: "a snapshot forgets what a step has gathered",
    file: `${core}/training/snapshot.ts`,
    edits: [["gathering!.waiting = from.get(batchCount)![0]!;", "gathering!.waiting = 0;"]],
    tests: [`${training}/resume.test.ts`],
  },
  {
    name: "a snapshot of something else is put back as far as it fits",
    file: `${core}/training/snapshot.ts`,
    edits: [
      ["    variable.assign(tensor(", "    if (from.has(variable.name)) variable.assign(tensor("],
      ["throw unfit(`has no ${path}`)", "return"],
    ],
    tests: [`${training}/resume.test.ts`],
  },
  {
    name: "penalties move parameters where no sample counts",
    file: `${core}/training/objective.ts`,
    edits: [["where(nothing, 0, cast(more, objective.dtype))", "cast(more, objective.dtype)"]],
    tests: [`${training}/trainer.test.ts`],
  },
  {
    name: "the states of a frozen layer move",
    file: `${core}/model/frozen-context.ts`,
    edits: [["update: () => {},", "update: (state, value) => context.update(state, value),"]],
    tests: [`${training}/models.test.ts`],
  },
  {
    name: "a frozen layer works as in training",
    file: `${core}/model/frozen-context.ts`,
    edits: [["training: false,", "training: context.training,"]],
    tests: [`${training}/models.test.ts`],
  },
  {
    name: "paths are looked for within one builder alone",
    file: `${core}/model/model-builder.ts`,
    edits: [["paths.has(own)", "false"]],
    tests: ["packages/core/test/errors.test.ts"],
  },
  {
    name: "metrics of one name are told apart by nothing",
    file: `${core}/training/named-metrics.ts`,
    edits: [["    taken.add(name);\n", ""]],
    tests: [`${training}/refusals.test.ts`],
  },
  {
    name: "parameters that the last step spoilt pass",
    file: `${core}/training/trainer.ts`,
    edits: [
      ["if (found === undefined) return metrics;", "if (found !== undefined || found === undefined) return metrics;"],
    ],
    tests: [`${training}/refusals.test.ts`],
  },
  {
    name: "errors from deep in a model do not lead to the line that called",
    file: `${core}/errors/gradloom-error.ts`,
    edits: [["const stackDepth = 200;", "const stackDepth = 10;"]],
    tests: [`${training}/refusals.test.ts`],
  },
  {
    name: "random numbers of layers do not change from step to step",
    file: `${core}/training/train-step.ts`,
    edits: [["    passes.assign(add(passes.value, 1));\n", ""]],
    tests: [`${training}/resume.test.ts`],
  },
  {
    name: "early stopping remembers the best of the training before",
    file: "packages/callbacks/src/early-stopping.ts",
    edits: [["        best = undefined;\n", ""]],
    tests: ["packages/callbacks/test/callbacks.test.ts"],
  },
  {
    name: "blocks of the inner axis are not added up in a packed product",
    file: `${wasm}/kernels/matmul/tile.ts`,
    edits: [["accumulates ? element.add(v128.load(y, 16 * column), sum) : sum", "sum"]],
    tests: [products],
  },
  {
    name: "a tile past the last column writes into the next row",
    file: `${wasm}/kernels/matmul/block.ts`,
    edits: [["i32.equal(columnCount, width),", "i32.constant(1),"]],
    tests: [products],
  },
  {
    name: "the last numbers of a dot product are left out",
    file: `${wasm}/kernels/matmul/direct.ts`,
    edits: [["take(i32.and(inner, lanes - 1), 1,", "take(i32.constant(0), 1,"]],
    tests: [products],
  },
  {
    name: "steps that do not fill a square are not packed across",
    file: `${wasm}/kernels/matmul/pack.ts`,
    edits: [["code.repeat(i32.and(steps, lanes - 1), () => {", "code.repeat(i32.constant(0), () => {"]],
    tests: [products],
  },
  {
    name: "rows that two tiles share are packed as if the first took all it can",
    file: `${wasm}/kernels/matmul/pack.ts`,
    edits: [["i32.equal(next(last, width), width)", "i32.greaterEqual(last, width)"]],
    tests: [products],
  },
  {
    name: "threads do not wait for the work of others",
    file: `${wasm}/program/division.ts`,
    edits: [["    this.meet();\n    work();", "    work();"]],
    tests: [threadSuite],
  },
  {
    name: "work for one thread is done by all",
    file: `${wasm}/program/division.ts`,
    edits: [["this.code.when(i32.isZero(this.threads.thread), work);", "work();"]],
    tests: [threadSuite, threads],
  },
  {
    name: "the share of the last thread goes beyond the work",
    file: `${wasm}/program/division.ts`,
    edits: [["this.code.let(minimum(i32.add(from, part), i32.constant(units)))", "this.code.let(i32.add(from, part))"]],
    tests: [threadSuite],
  },
  {
    name: "the WebAssembly backend looks kernels up by the name of an operation",
    file: `${wasm}/kernels/find-kernel.ts`,
    edits: [["const { kernel } = operation.traits;", "const kernel = operation.name as keyof Primitives;"]],
    tests: [suite],
  },
  {
    name: "attributes are left out of the names of kernels",
    file: `${wasm}/groups/group-kernel.ts`,
    edits: [["${textOf(attributes)}", '${name === "cast" ? textOf(attributes) : ""}']],
    tests: [rows],
  },
  {
    name: "the largest number forgets NaN",
    file: `${wasm}/mathematics/arithmetic.ts`,
    edits: [["v128.or(lanes.greaterEqual(a!, b!), lanes.notEqual(a!, a!))", "lanes.greaterEqual(a!, b!)"]],
    tests: [suite],
  },
  {
    name: "the least whole number divided by -1 saturates",
    file: `${wasm}/mathematics/arithmetic.ts`,
    edits: [["v128.select(i32x4.equal(b, -1), i32x4.neg(a), quotient)", "quotient"]],
    tests: [suite],
  },
  {
    name: "floats beyond 255 wrap when they become bytes",
    file: `${wasm}/mathematics/cast.ts`,
    edits: [["i32x4.min(i32x4.max(x, 0), 255)", "x"]],
    tests: [suite],
  },
  {
    name: "the exponential of a large number is not held at infinity",
    file: `${wasm}/mathematics/exponential.ts`,
    edits: [["code.let(clamp(x, -104, 89))", "x"]],
    tests: [accuracy],
  },
  {
    name: "an index past the end reads on",
    file: `${wasm}/kernels/gather.ts`,
    edits: [["minimum(index, i32.sub(length, 1))", "index"]],
    tests: [suite],
  },
  {
    name: "equal elements change their order in a sort",
    file: `${wasm}/kernels/sort.ts`,
    edits: [["i32.or(f64.less(a, b), i32.and(", "i32.or(f64.lessEqual(a, b), i32.and("]],
    tests: [suite],
  },
  {
    name: "the memory is looked at where it was before it grew",
    file: `${wasm}/memory/linear-memory.ts`,
    edits: [["    this.arrays.clear();\n", ""]],
    tests: [wasmMemory],
  },
  {
    name: "who reads does not wait for what the collector finds",
    file: `${wasm}/memory/reclaimer.ts`,
    edits: [["return this.isDue ?", "return this.isDue && this.placed < 0 ?"]],
    tests: [endlessLoops],
  },
  {
    name: "nothing makes the engine look for garbage",
    file: `${wasm}/memory/reclaimer.ts`,
    edits: [["void new ArrayBuffer(pressure);", "void pressure;"]],
    tests: [endlessLoops],
  },
  {
    name: "elements that kernels cannot count are gone through",
    file: `${wasm}/runtime/executable.ts`,
    edits: [["    checkSizes(program);\n", ""]],
    tests: [limits],
  },
  {
    name: "another number of values than there is memory for is written",
    file: `${core}/backend/check-write.ts`,
    edits: [["data.length === size", "data.length >= 0"]],
    tests: [limits, hostMemory],
  },
  {
    name: "an arena that arrays of a dtype cannot see fails whatever comes later",
    file: `${core}/host/kernel-program.ts`,
    edits: [["      arena.clear();\n", ""]],
    tests: [hostMemory],
  },
  {
    name: "an engine with few addresses gets no memory at all",
    file: `${wasm}/memory/reserve-memory.ts`,
    edits: [["pages >= Math.min(most, leastPages)", "pages >= most"]],
    tests: [reserve],
  },
  {
    name: "a number of -0 is taken for the 0 of the run before",
    file: `${wasm}/runtime/executable.ts`,
    edits: [["!Object.is(given, held[slot])", "given !== held[slot]"]],
    tests: [wasmProgram],
  },
  {
    name: "lost numbers are read as if they had been computed",
    file: `${wasm}/memory/wasm-buffer.ts`,
    edits: [["if (this.loss !== undefined) throw this.loss;", ""]],
    tests: [faults],
  },
  {
    name: "what workers that failed may still use is given back",
    file: `${wasm}/threads/work-queue.ts`,
    edits: [["if (error === undefined) this.linear.release(address);", "this.linear.release(address);"]],
    tests: [faults],
  },
  {
    name: "programs go on where workers that failed may still write",
    file: `${wasm}/runtime/wasm-runtime.ts`,
    edits: [["    runtime.arena = new Arena(linear);\n", ""]],
    tests: [faults],
  },
  {
    name: "a lost variable keeps the place where workers that failed may still write",
    file: `${wasm}/memory/wasm-buffer.ts`,
    edits: [["    reclaimer.forget(this);\n    this.address = 0;\n  }\n\n  /** Throws", "  }\n\n  /** Throws"]],
    tests: [faults],
  },
  {
    name: "results that feed the next program keep their place",
    file: `${wasm}/memory/wasm-buffer.ts`,
    edits: [["    buffer.isPassing = true;\n", ""]],
    tests: [threads],
  },
  {
    name: "a variable counts as whole before its new numbers are there",
    file: `${wasm}/runtime/executable.ts`,
    edits: [
      [
        "    const staged = this.fill(slots, this.table, this.held);\n",
        "    slots.forEach((given, slot) => this.written[slot] && (given as WasmBuffer).renew());\n    const staged = this.fill(slots, this.table, this.held);\n",
      ],
    ],
    tests: [faults],
  },
  {
    name: "what was done before a failure is lost with the rest",
    file: `${wasm}/threads/work-queue.ts`,
    edits: [["    this.note();\n    this.failure = error;", "    this.failure = error;"]],
    tests: [faults],
  },
  {
    name: "the time in which a process is stopped counts as waiting",
    file: `${wasm}/threads/work-queue.ts`,
    edits: [["Math.min(now - last, pollInterval)", "now - last"]],
    tests: [workQueue],
  },
  {
    name: "workers that come further with a program are given up",
    file: `${wasm}/threads/work-queue.ts`,
    edits: [["this.over + this.load(control.passed)", "this.over"]],
    tests: [workQueue],
  },
  {
    name: "kernels are never forgotten",
    file: `${wasm}/program/library.ts`,
    edits: [["this.known.size > mostKernels", "this.known.size < 0"]],
    tests: [library],
  },
  {
    name: "a kernel is forgotten however often programs find it",
    file: `${wasm}/program/library.ts`,
    edits: [["        this.remember(kernel.name, known);\n", ""]],
    tests: [library],
  },
  {
    name: "workers get a program without the kernels that came with another",
    file: `${wasm}/program/library.ts`,
    edits: [["for (const needed of needs) this.send(", "for (const needed of [...needs].slice(-1)) this.send("]],
    tests: [library],
  },
  {
    name: "the number of a module that is gone is not used again",
    file: `${wasm}/program/library.ts`,
    edits: [
      ["new FinalizationRegistry((number) => this.free.push(number))", "new FinalizationRegistry(() => undefined)"],
    ],
    tests: [library],
  },
  {
    name: "the first worker is left alone when the second cannot start",
    file: `${wasm}/threads/work-queue.ts`,
    edits: [["for (const worker of this.workers.splice(0)) worker.terminate();", "this.workers.length = 0;"]],
    tests: [faults],
  },
  {
    name: "the header of a file may have any length",
    file: `${formats}/layout.ts`,
    edits: [['  checkLimit("header", end - 8);\n', ""]],
    tests: [`${files}/damaged-files.test.ts`],
  },
  {
    name: "what a recipe refers to again is not counted",
    file: `${formats}/read-recipe.ts`,
    edits: [["this.add(known.size)", "this.add(0)"]],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "the places of a recipe are looked up by any name",
    file: `${formats}/read-recipe.ts`,
    edits: [['typeof place === "number" ? this.met[place] : undefined', "this.met[place as number]"]],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "an option that is not known is ignored",
    file: `${core}/errors/options.ts`,
    edits: [
      [
        "if (rule?.holds === undefined) throw unknown(name, rules, noOption(option, rules));",
        "if (rule?.holds === undefined) continue;",
      ],
    ],
    tests: [optionCalls],
  },
  {
    name: "an option that must be given may be left out",
    file: `${core}/errors/options.ts`,
    edits: [["rule.required === true && given?.[option] === undefined", "Object.is(rule, given)"]],
    tests: [optionFactories],
  },
  {
    name: "entries of a list among options are not looked at",
    file: `${core}/errors/options.ts`,
    edits: [["if (each === undefined) return;", "if (each !== undefined) return;"]],
    tests: [plugins],
  },
  {
    name: "a value of one kind is taken for one of another",
    file: `${core}/plugin/given.ts`,
    edits: [["known.kind !== kind", "known.kind === undefined"]],
    tests: [optionFactories],
  },
  {
    name: "fit takes names of callbacks for callbacks",
    file: `${core}/training/trainer.ts`,
    edits: [['checkCallback(this.registry.resolve("callback", given))', "checkCallback(given as Callback)"]],
    tests: [plugins],
  },
  {
    name: "a recipe tells of the options that the caller changed since",
    file: `${core}/plugin/define.ts`,
    edits: [["const options = kept(given);", "const options = given;"]],
    tests: [kept],
  },
  {
    name: "a tensor's shape is a list of its caller's",
    file: `${core}/ops/axes.ts`,
    edits: [["{ shape: [...shape] }", "{ shape }"]],
    tests: [kept],
  },
  {
    name: "an object among options is another one in each place of a recipe",
    file: `${core}/plugin/define.ts`,
    edits: [["if (known === undefined) this.known.set", 'if (path === "") this.known.set']],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "what a recipe refers to again has no levels",
    file: `${formats}/read-recipe.ts`,
    edits: [["this.reach(depth + known.levels)", "this.reach(depth)"]],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "what is shared in a recipe has no levels when it is saved",
    file: `${core}/plugin/define.ts`,
    edits: [["depth + (known?.levels ?? 0)", "depth"]],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "a recipe may be nested without end when it is saved",
    file: `${core}/plugin/define.ts`,
    edits: [["    if (this.deepest > recipeDepth) throw tooDeep(path);\n", ""]],
    tests: [`${files}/limits.test.ts`],
  },
  {
    name: "a path that two variables have is saved once",
    file: `${formats}/save-weights.ts`,
    edits: [["    if (weights.has(path)) throw pathTwice(caller, path);\n", ""]],
    tests: [`${files}/weights.test.ts`],
  },
  {
    name: "a file is written over the earlier one",
    file: `${formats}/node/replace-file.ts`,
    edits: [
      ["join(folder, `.gradloom-${process.pid}-${randomUUID()}.tmp`)", "randomUUID() === folder ? folder : target"],
      ['open(temporary, "wx", mode)', 'open(temporary, "w", mode)'],
    ],
    tests: [`${files}/node/model-file.test.ts`],
  },
  {
    name: "a save that failed leaves its file behind",
    file: `${formats}/node/replace-file.ts`,
    edits: [["      await rm(temporary, { force: true });\n      throw", "      throw"]],
    tests: [`${files}/node/model-file.test.ts`],
  },
  {
    name: "what another process is writing is removed",
    file: `${formats}/node/replace-file.ts`,
    edits: [[" && !writes(Number(writer), touched)", ""]],
    tests: [`${files}/node/model-file.test.ts`],
  },
  {
    name: "the numbers of a file are read before its header is checked",
    file: `${formats}/node/read-file.ts`,
    edits: [["  readLayout(await firstBytes(handle, end), size);\n", ""]],
    tests: [`${files}/node/model-file.test.ts`],
  },
  {
    name: "messages tell the kind of a recipe as it stands in the file",
    file: `${core}/plugin/from-recipe.ts`,
    edits: [['rule("a word such as layer", (kind) => /^\\w{1,40}$/.test(kind as string))', "text"]],
    tests: [`${files}/hostile-files.test.ts`],
  },
  {
    name: "names of layers may steer a terminal",
    file: `${core}/model/check-name.ts`,
    edits: [
      ["printable.test(name)", '!["", "/"].some((part) => name === part || (part !== "" && name.includes(part)))'],
    ],
    tests: [`${files}/hostile-files.test.ts`],
  },
  {
    name: "a key that stands twice in a file counts once",
    file: `${formats}/json-reader.ts`,
    edits: [["if (entries.has(name)) throw", 'if (name === "dtype" && entries.has(name)) throw']],
    tests: [`${files}/hostile-files.test.ts`],
  },
  {
    name: "weights that are not finite are loaded without a word",
    file: `${formats}/load-weights.ts`,
    edits: [['if (this.nonFinite === "error") checkFinite', 'if (this.caller === "") checkFinite']],
    tests: [`${files}/non-finite.test.ts`],
  },
];

/** The source with the fault; throws where the texts to replace are not there once each. */
export function planted({ name, file, edits }, source) {
  return edits.reduce((text, [find, replace]) => {
    const places =
      typeof find === "string" ? text.split(find).length - 1 : (text.match(new RegExp(find, "g")) ?? []).length;
    if (places !== 1) throw new Error(`${name}: found ${places} times in ${file}: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}
