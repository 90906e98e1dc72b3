import { ByteWriter, unsigned } from "./byte-writer.ts";
import { given, i32Constant, type Operand, type Storable } from "./encode.ts";
import {
  type Callable,
  CallExpression,
  Constant,
  type Expression,
  Local,
  type Type,
  types,
  type Vector,
} from "./expression.ts";
import type { FloatLanes } from "./lanes.ts";
import { i32 } from "./scalars.ts";

const empty = 0x40;
const end = 0x0b;

/** A place in code where the index of a function is filled in. */
export interface Reference {
  readonly at: number;
  readonly target: Callable;
}

/** Writes the body of a function, statement by statement. */
export class FunctionBuilder {
  /** Whether the engine has the multiply-add of relaxed SIMD. */
  readonly relaxed: boolean;
  readonly references: Reference[] = [];
  private readonly body = new ByteWriter();
  private readonly parameterCount: number;
  private readonly localTypes: Type[] = [];
  private readonly constants = new Map<string, Local>();
  private readonly constantCode = new ByteWriter();

  constructor(parameterCount: number, relaxed: boolean) {
    this.parameterCount = parameterCount;
    this.relaxed = relaxed;
  }

  /** A new variable; 0 until it is set. */
  local<T extends Type>(type: T): Local<T> {
    const index = this.parameterCount + this.localTypes.push(type) - 1;
    return new Local(type, index, unsigned(index));
  }

  /** Computes a value now and names it. */
  let<T extends Type>(value: Expression<T>): Local<T> {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }

  set<T extends Type>(local: Local<T>, value: Expression<T>): void {
    this.write(value);
    this.body.byte(0x21);
    this.body.unsigned(local.index);
  }

  /** The quotient of two numbers without sign, and what is left. */
  divide(a: Local<"i32">, b: Operand<"i32">): readonly [Local<"i32">, Local<"i32">] {
    const quotient = this.let(i32.divUnsigned(a, b));
    return [quotient, this.let(i32.sub(a, i32.mul(quotient, b)))];
  }

  /** Adds to a variable. */
  advance(local: Local<"i32">, by: Operand<"i32">): void {
    if (by !== 0) this.set(local, i32.add(local, by));
  }

  /** Writes a value to memory, at the offset from the address, which need not be aligned. */
  store<T extends Type>(kind: Storable<T>, address: Operand<"i32">, value: Operand<T>, offset = 0): void {
    this.write(given(i32Constant, address));
    this.write(given(kind.constant, value));
    this.body.write(kind.storeBytes);
    this.body.byte(0);
    this.body.unsigned(offset);
    if (kind.lane !== undefined) this.body.byte(kind.lane);
  }

  /** Copies bytes, as if through a place in between. */
  copy(to: Operand<"i32">, from: Operand<"i32">, bytes: Operand<"i32">): void {
    for (const operand of [to, from, bytes]) this.write(given(i32Constant, operand));
    this.body.write([0xfc, 0x0a, 0, 0]);
  }

  /** Sets bytes to 0. */
  clear(to: Operand<"i32">, bytes: Operand<"i32">): void {
    for (const operand of [to, 0, bytes]) this.write(given(i32Constant, operand));
    this.body.write([0xfc, 0x0b, 0]);
  }

  /** Calls a function that gives nothing. */
  run(target: Callable, ...operands: readonly Operand<"i32">[]): void {
    for (const operand of operands) this.write(given(i32Constant, operand));
    this.callNow(target);
  }

  /** Leaves the value of the function; the last statement. */
  result(value: Expression): void {
    this.write(value);
  }

  when(condition: Expression<"i32">, then: () => void, otherwise?: () => void): void {
    this.write(condition);
    this.body.write([0x04, empty]);
    then();
    if (otherwise !== undefined) {
      this.body.byte(0x05);
      otherwise();
    }
    this.body.byte(end);
  }

  /** For index = from, from + step, ... while index < to. */
  for(from: Operand<"i32">, to: Operand<"i32">, step: Operand<"i32">, body: (index: Local<"i32">) => void): void {
    const index = this.let(given(i32Constant, from));
    const last = this.stable(to);
    this.while(i32.less(index, last), () => {
      body(index);
      this.advance(index, step);
    });
  }

  /** Runs the body `count` times. */
  repeat(count: Operand<"i32">, body: () => void): void {
    const left = this.let(given(i32Constant, count));
    this.while(left, () => {
      body();
      this.advance(left, -1);
    });
  }

  /**
   * Runs the body as long as the condition holds. The loop is entered through a guard: V8 before 13 keeps twice as many vectors in registers in
   * a loop that is entered only if it runs.
   */
  while(condition: Expression<"i32">, body: () => void): void {
    this.write(condition);
    this.body.write([0x04, empty, 0x03, empty]);
    body();
    this.write(condition);
    this.body.write([0x0d, 0, end, end]);
  }

  /** a b + c, rounded once where the engine can. */
  multiplyAdd(lanes: FloatLanes, a: Operand<"v128">, b: Operand<"v128">, c: Operand<"v128">): Vector {
    return this.relaxed ? lanes.relaxedMultiplyAdd(a, b, c) : lanes.add(lanes.mul(a, b), c);
  }

  /** The bytes of the function: its variables, the constants that it uses, its body. References are relative to the start. */
  finish(): { readonly code: ByteWriter; readonly references: readonly Reference[] } {
    const code = new ByteWriter();
    code.unsigned(this.localTypes.length);
    for (const type of this.localTypes) code.write([1, types[type]]);
    code.write(this.constantCode.view());
    const start = code.length;
    code.write(this.body.view());
    code.byte(end);
    return { code, references: this.references.map(({ at, target }) => ({ at: start + at, target })) };
  }

  /** The operand, computed once. */
  private stable(operand: Operand<"i32">): Operand<"i32"> {
    return typeof operand === "number" || operand instanceof Local ? operand : this.let(operand);
  }

  private write(expression: Expression): void {
    if (expression instanceof Constant && expression.type !== "i32") {
      this.body.write(this.kept(expression).bytes);
      return;
    }
    for (const operand of expression.operands) this.write(operand);
    if (expression instanceof CallExpression) this.callNow(expression.target);
    else this.body.write(expression.bytes);
  }

  private callNow(target: Callable): void {
    this.body.byte(0x10);
    this.references.push({ at: this.body.length, target });
    this.body.write([0, 0, 0, 0]);
  }

  /** The variable that holds the constant from the start of the function. */
  private kept(constant: Constant): Local {
    let local = this.constants.get(constant.key);
    if (local === undefined) {
      local = this.local(constant.type);
      this.constants.set(constant.key, local);
      this.constantCode.write(constant.bytes);
      this.constantCode.byte(0x21);
      this.constantCode.unsigned(local.index);
    }
    return local;
  }
}
