import { expect, test } from "vitest";
import { helpText, readOptions } from "../digits/read-options.ts";

test("without options the defaults hold", () => {
  expect(readOptions([])).toEqual({
    epochs: 8,
    batchSize: 128,
    hidden: [256, 256],
    learningRate: 0.003,
    l2: 0.0005,
    clip: 1,
    samples: 8000,
    seed: 0,
    backend: "wasm",
    threads: undefined,
    output: "digits.safetensors",
    predictFrom: undefined,
  });
});

test("every option of the help is read", () => {
  const args =
    "--epochs 1 --batch-size=2 --hidden 3,4,5 --learning-rate 1e-2 --l2 .5 --clip 2 --samples 20 --seed 9 --backend wasm --threads 2 --output x";
  expect(readOptions(args.split(" "))).toEqual({
    epochs: 1,
    batchSize: 2,
    hidden: [3, 4, 5],
    learningRate: 0.01,
    l2: 0.5,
    clip: 2,
    samples: 20,
    seed: 9,
    backend: "wasm",
    threads: 2,
    output: "x",
    predictFrom: undefined,
  });
  const named = args.split(" ").flatMap((arg) => (arg.startsWith("--") ? [arg.split("=")[0]!] : []));
  expect(
    helpText()
      .match(/^ {2}--[\w-]+/gm)
      ?.map((name) => name.trim()),
  ).toEqual([...named, "--help"]);
});

test("help is help, long or short", () => {
  expect(readOptions(["--help"])).toBe("help");
  expect(readOptions(["--epochs", "3", "-h"])).toBe("help");
});

test.each([
  [["--epochs", "0"], '--epochs is "0"; it must be a whole number of 1 or more'],
  [["--epochs", "1.5"], '--epochs is "1.5"; it must be a whole number of 1 or more'],
  [["--batch-size", ""], '--batch-size is ""; it must be a whole number of 1 or more'],
  [["--hidden", "64,,32"], '--hidden is ""; it must be a whole number of 1 or more'],
  [["--samples", "9000"], '--samples is "9000"; it must be a whole number from 20 to 8000'],
  [["--seed", "9007199254740993"], '--seed is "9007199254740993"; it must be a whole number of 0 or more'],
  [["--learning-rate", "NaN"], '--learning-rate is "NaN"; it must be a number above 0'],
  [["--l2", "0"], '--l2 is "0"; it must be a number above 0'],
  [["--clip", "Infinity"], '--clip is "Infinity"; it must be a number above 0'],
  [["--backend", "gpu"], '--backend is "gpu"; it must be one of wasm, cpu'],
  [["--threads", "0"], '--threads is "0"; it must be a whole number from 1 to 64'],
  [["--threads", "two"], '--threads is "two"; it must be a whole number from 1 to 64'],
  [
    ["--backend", "cpu", "--threads", "2"],
    '--threads is "2"; only the wasm backend has threads, and --backend is "cpu"',
  ],
  [["--epoch", "3"], "Unknown option '--epoch'"],
  [["train"], "Unexpected argument 'train'. This command does not take positional arguments"],
  [["--epochs"], "Option '--epochs <value>' argument missing"],
])("%j is refused in words", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
