/** The types of WebAssembly values and their encodings. */
export const types = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** The type of a WebAssembly value. */
export type Type = keyof typeof types;

/** Code that leaves one value on the stack: the operands', then its own. Used twice, it runs twice; `code.let` names a value. */
export class Expression<T extends Type = Type> {
  readonly type: T;
  readonly operands: readonly Expression[];
  readonly bytes: readonly number[];

  constructor(type: T, operands: readonly Expression[], bytes: readonly number[]) {
    this.type = type;
    this.operands = operands;
    this.bytes = bytes;
  }
}

/** Four float32, two float64, ...: 128 bits. */
export type Vector = Expression<"v128">;

/** A known value. Functions keep those that are no i32 in locals, because V8 builds an inline one anew at every use. */
export class Constant<T extends Type = Type> extends Expression<T> {
  readonly key: string;

  constructor(type: T, bytes: readonly number[]) {
    super(type, [], bytes);
    this.key = String.fromCharCode(...bytes);
  }
}

/** A local variable of a function: an expression that reads it. */
export class Local<T extends Type = Type> extends Expression<T> {
  readonly index: number;

  constructor(type: T, index: number, encoded: readonly number[]) {
    super(type, [], [0x20, ...encoded]);
    this.index = index;
  }
}

/** A function that code can call. Its index is known once the module is written. */
export interface Callable {
  readonly parameters: readonly Type[];
  readonly result: Type | undefined;
  index: number;
}

/** A call for its result. */
export class CallExpression<T extends Type = Type> extends Expression<T> {
  readonly target: Callable;

  constructor(type: T, target: Callable, operands: readonly Expression[]) {
    super(type, operands, [0x10]);
    this.target = target;
  }
}
