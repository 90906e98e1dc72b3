import { anyFunction, type DType, type Fields, recordOf, text } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { loopBackend } from "../loop-backend.ts";
import type { Exceptions } from "../suite.ts";

/** How a backend is judged. */
export interface BackendSuiteOptions {
  /** What is right; the loop backend if left out. */
  readonly reference?: () => Backend;
  /**
   * Units in the last place by which a primitive may round otherwise than the reference; 4 in float32 and 16 in float64 if left out. Functions made of
   * many primitives get a multiple of the units without a name.
   */
  readonly units?: (dtype: DType, primitive?: string) => number;
  /** Laws that do not hold on this backend, by name, each with the reason. */
  readonly except?: Exceptions;
}

/** Their schema. */
export const backendSuiteFields: Fields<BackendSuiteOptions> = {
  reference: anyFunction(),
  units: anyFunction(),
  except: recordOf(text),
};

/** The backend under test and what it is compared with, made when the first law asks. */
export interface BackendUnderTest {
  backend(): Promise<Backend>;
  reference(): Backend;
  units(dtype: DType, primitive?: string): number;
}

/** Makes each backend once for all laws. */
export function backendUnderTest(
  makeBackend: () => Backend | Promise<Backend>,
  options: BackendSuiteOptions,
): BackendUnderTest {
  let made: Promise<Backend> | undefined;
  let reference: Backend | undefined;
  return {
    backend: () => (made ??= Promise.resolve(makeBackend())),
    reference: () => (reference ??= (options.reference ?? loopBackend)()),
    units: options.units ?? ((dtype) => (dtype === "float64" ? 16 : 4)),
  };
}
