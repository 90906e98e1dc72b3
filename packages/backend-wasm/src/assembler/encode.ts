import { signed, unsigned } from "./byte-writer.ts";
import { Constant, Expression, type Type } from "./expression.ts";

/** An operand: an expression, or a number that stands for a constant of the type. */
export type Operand<T extends Type> = Expression<T> | number;

export type Unary<Result extends Type, T extends Type = Result> = (x: Operand<T>) => Expression<Result>;
export type Binary<Result extends Type, T extends Type = Result> = (a: Operand<T>, b: Operand<T>) => Expression<Result>;
export type Load<T extends Type> = (address: Operand<"i32">, offset?: number) => Expression<T>;

/** How a number becomes a constant of a type; in a vector, all lanes have it. */
export type Constants<T extends Type> = (value: number) => Constant<T>;

/** What `code.store` writes. */
export interface Storable<T extends Type> {
  readonly constant: Constants<T>;
  readonly storeBytes: readonly number[];
  /** The lane that is stored, where it is one. */
  readonly lane?: number;
}

/** The bytes of an opcode behind a prefix. */
export function prefixed(prefix: number, code: number): readonly number[] {
  return [prefix, ...unsigned(code)];
}

/** The bytes of a 128-bit instruction. */
export function simd(code: number): readonly number[] {
  return prefixed(0xfd, code);
}

export function given<T extends Type>(constant: Constants<T>, operand: Operand<T>): Expression<T> {
  return typeof operand === "number" ? constant(operand) : operand;
}

export function unary<Result extends Type, T extends Type>(
  result: Result,
  constant: Constants<T>,
  bytes: readonly number[],
): Unary<Result, T> {
  return (x) => new Expression(result, [given(constant, x)], bytes);
}

export function binary<Result extends Type, T extends Type>(
  result: Result,
  constant: Constants<T>,
  bytes: readonly number[],
): Binary<Result, T> {
  return (a, b) => new Expression(result, [given(constant, a), given(constant, b)], bytes);
}

/** A read from memory, which need not be aligned; the offset is added to the address. */
export function load<T extends Type>(result: T, bytes: readonly number[]): Load<T> {
  return (address, offset = 0) =>
    new Expression(result, [given(i32Constant, address)], [...bytes, 0, ...unsigned(offset)]);
}

/** One operation for each name, their opcodes one after the other. */
export function consecutive<Name extends string, Operation>(
  names: readonly Name[],
  first: number,
  make: (opcode: number) => Operation,
): Record<Name, Operation> {
  return Object.fromEntries(names.map((name, at) => [name, make(first + at)])) as Record<Name, Operation>;
}

/** The constants of i32; numbers beyond 2^31 wrap. */
export const i32Constant: Constants<"i32"> = (value) => new Constant("i32", [0x41, ...signed(value)]);

/** The bytes that a number has in memory. */
export function bytesOf(value: number, array: new (values: readonly number[]) => ArrayBufferView): readonly number[] {
  return Array.from(new Uint8Array(new array([value]).buffer));
}
