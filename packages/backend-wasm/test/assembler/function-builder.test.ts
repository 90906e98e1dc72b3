import { describe, expect, test } from "vitest";
import { f32x4, v128 } from "../../src/assembler/lanes.ts";
import { call, ModuleBuilder, type ModuleOptions } from "../../src/assembler/module-builder.ts";
import { f32, f64, i32, select } from "../../src/assembler/scalars.ts";
import { assemble } from "./assemble.ts";

describe("control flow", () => {
  test("for counts from one bound to before the other in steps", () => {
    const { call: sum } = assemble(["i32", "i32"], "i32", (code, [from, to]) => {
      const total = code.let(i32.constant(0));
      code.for(from!, to!, 3, (index) => code.advance(total, index));
      code.result(total);
    });
    expect(sum(1, 10)).toBe(1 + 4 + 7);
    expect(sum(1, 11)).toBe(1 + 4 + 7 + 10);
    expect(sum(5, 5)).toBe(0);
    expect(sum(5, -5)).toBe(0);
  });

  test("repeat runs a number of times, or never", () => {
    const { call: power } = assemble(["i32"], "i32", (code, [count]) => {
      const value = code.let(i32.constant(1));
      code.repeat(count!, () => code.set(value, i32.mul(value, 3)));
      code.result(value);
    });
    expect([0, 1, 5].map((count) => power(count))).toEqual([1, 3, 243]);
  });

  test("while, when and select take the branch that holds", () => {
    const { call: steps } = assemble(["i32"], "i32", (code, [x]) => {
      const count = code.let(i32.constant(0));
      code.while(i32.notEqual(x!, 1), () => {
        code.when(
          i32.and(x!, 1),
          () => code.set(x!, i32.add(i32.mul(x!, 3), 1)),
          () => code.set(x!, i32.shiftRight(x!, 1)),
        );
        code.when(i32.less(x!, 0), () => code.set(x!, i32.constant(1)));
        code.advance(count, 1);
      });
      code.result(select(i32.less(count, 100), count, i32.constant(100)));
    });
    expect([1, 6, 7, 27].map((x) => steps(x))).toEqual([0, 8, 16, 100]);
  });
});

describe("constants", () => {
  test("that are no i32 are kept in variables, one for each value", () => {
    const module = new ModuleBuilder({ memory: { shared: false }, relaxed: false });
    module.define(["i32"], undefined, (code, [count]) =>
      code.repeat(count!, () =>
        code.store(v128, 0, f32x4.add(f32x4.mul(v128.load(0), 1.5), f32x4.mul(v128.load(16), 1.5))),
      ),
    );
    const bytes = Array.from(new Uint8Array(module.bytes()));
    expect(WebAssembly.validate(Uint8Array.from(bytes))).toBe(true);
    const constantOpcodes = bytes.filter((byte, at) => byte === 0xfd && bytes[at + 1] === 0x0c);
    expect(constantOpcodes).toHaveLength(1);
  });

  test("of -0 and 0 are two values", () => {
    const { call: quotients } = assemble([], "f64", (code) =>
      code.result(f64.sub(f64.div(1, f64.constant(0)), f64.div(1, f64.constant(-0)))),
    );
    expect(quotients()).toBe(Infinity);
  });
});

describe("modules", () => {
  const plain: ModuleOptions = { memory: { shared: false }, relaxed: false };

  test("call their own functions and imported ones, whichever was there first", () => {
    const module = new ModuleBuilder(plain);
    const twice = module.define(["f32"], "f32", (code, [x]) => code.result(f32.add(x!, x!)));
    const main = module.define(["f32"], "f64", (code, [x]) => {
      const root = module.import("others", "root", ["f64"], "f64");
      code.result(call("f64", root, f64.fromSingle(call("f32", twice, x!))));
    });
    module.export("main", main);
    expect(module.import("others", "root", ["f64"], "f64")).toBe(module.import("others", "root", ["f64"], "f64"));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), {
      env: { memory: new WebAssembly.Memory({ initial: 0 }) },
      others: { root: Math.sqrt },
    });
    expect((exports["main"] as (x: number) => number)(8)).toBe(4);
  });

  test("declare shared memory if that is what they work on", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 10, shared: true });
    const module = new ModuleBuilder({ memory: { shared: true, maximum: 10 }, relaxed: false });
    module.export(
      "main",
      module.define([], undefined, (code) => code.store(i32, 4, 42)),
    );
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } });
    (exports["main"] as () => void)();
    expect(new Int32Array(memory.buffer)[1]).toBe(42);
  });

  test("copy and clear bytes", () => {
    const { call: run, memory } = assemble([], undefined, (code) => {
      code.copy(10, 0, 6);
      code.clear(2, 2);
    });
    const bytes = new Uint8Array(memory.buffer);
    bytes.set([1, 2, 3, 4, 5, 6]);
    run();
    expect(Array.from(bytes.subarray(0, 17))).toEqual([1, 2, 0, 0, 5, 6, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0]);
  });

  test("multiply and add in one instruction where the engine can, in two where it cannot", () => {
    const results = [false, true].map((relaxed) => {
      const module = new ModuleBuilder({ memory: { shared: false }, relaxed });
      const product = module.define([], "f32", (code) =>
        code.result(f32x4.extract(code.multiplyAdd(f32x4, 3, 5, 7), 0)),
      );
      module.export("main", product);
      const bytes = module.bytes();
      if (!WebAssembly.validate(bytes)) return undefined;
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        env: { memory: new WebAssembly.Memory({ initial: 0 }) },
      });
      return (exports["main"] as () => number)();
    });
    expect(results[0]).toBe(22);
    if (results[1] !== undefined) expect(results[1]).toBe(22);
  });
});
