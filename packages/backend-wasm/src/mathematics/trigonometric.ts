import type { Vector } from "../assembler/expression.ts";
import { f32x4, i32x4, v128 } from "../assembler/lanes.ts";
import { f32, f64 } from "../assembler/scalars.ts";
import type { Site } from "./formula.ts";
import { polynomial, withSign } from "./exponential.ts";
import { hosted } from "./hosted.ts";
import { eachLane } from "./quad.ts";

const { add, sub, mul, div, abs, nearest, greater } = f32x4;

/** Beyond this, the pieces of π/2 no longer suffice, and each lane asks Math.sin or Math.cos. */
const farthest = 8192;

/** sin x */
export function sin(site: Site, x: Vector): Vector {
  return wave(site, x, "sin", 0);
}

/** cos x, a quarter turn ahead of sin x */
export function cos(site: Site, x: Vector): Vector {
  return wave(site, x, "cos", 1);
}

/** π/2 in pieces, of which the first three have so few bits that products with up to 2^13 turns are exact. */
const quarterTurn = [1.5703125, 4.837512969970703e-4, 7.549533620476723e-8, 2.5633440682570896e-12];

/** x = j π/2 + r with |r| ≤ π/4; by j, the sine or the cosine of r, with a sign: Cephes, sinf.c */
function wave({ code, module }: Site, x: Vector, name: "sin" | "cos", quarter: number): Vector {
  const turns = code.let(nearest(mul(x, 2 / Math.PI)));
  const r = code.let(quarterTurn.reduce((rest: Vector, piece) => code.multiplyAdd(f32x4, turns, -piece, rest), x));
  const z = code.let(mul(r, r));
  const sine = code.multiplyAdd(
    f32x4,
    mul(polynomial(code, z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]), z),
    r,
    r,
  );
  const quartic = mul(
    mul(polynomial(code, z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]), z),
    z,
  );
  const cosine = add(sub(quartic, mul(z, 0.5)), 1);
  const j = code.let(i32x4.add(i32x4.fromSingles(turns), quarter));
  const isOdd = i32x4.equal(v128.and(j, 1), 1);
  const sign = i32x4.shiftLeft(v128.and(j, 2), 30);
  const y = code.let(v128.xor(v128.select(isOdd, cosine, sine), sign));
  const isFar = v128.and(greater(abs(x), farthest), f32x4.less(abs(x), Infinity));
  code.when(v128.any(isFar), () => {
    const exact = eachLane(f32x4, y, (lane) =>
      f32.fromDouble(hosted(module, name, f64.fromSingle(f32x4.extract(x, lane)))),
    );
    code.set(y, exact);
  });
  return y;
}

/** arctan x = π/4 k + arctan t, where t is x, (x - 1) / (x + 1) or -1 / x for |x| up to √2 - 1, √2 + 1, ∞: Cephes, atanf.c */
export function atan({ code }: Site, x: Vector): Vector {
  const size = code.let(abs(x));
  const isMiddle = code.let(greater(size, Math.SQRT2 - 1));
  const isLarge = code.let(greater(size, Math.SQRT2 + 1));
  const top = v128.select(isLarge, f32x4.constant(-1), v128.select(isMiddle, sub(size, 1), size));
  const bottom = v128.select(isLarge, size, v128.select(isMiddle, add(size, 1), f32x4.constant(1)));
  const t = code.let(div(top, bottom));
  const z = code.let(mul(t, t));
  const cubic = mul(
    mul(polynomial(code, z, [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1]), z),
    t,
  );
  const start = v128.select(isLarge, f32x4.constant(Math.PI / 2), v128.and(isMiddle, f32x4.constant(Math.PI / 4)));
  // What the single-precision π/4 and π/2 lack.
  const lost = v128.select(
    isLarge,
    f32x4.constant(Math.PI / 2 - Math.fround(Math.PI / 2)),
    v128.and(isMiddle, f32x4.constant(Math.PI / 4 - Math.fround(Math.PI / 4))),
  );
  return withSign(add(start, add(t, add(cubic, lost))), x);
}
