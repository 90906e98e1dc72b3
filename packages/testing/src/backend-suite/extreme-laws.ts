import { extremeCases } from "../cases/extreme-cases.ts";
import { floatDTypes } from "../cases/extreme-case.ts";
import { extremeLaw } from "../extreme-law.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";
import { refused } from "./primitive-laws.ts";

/** Each function and its slopes are right where floats end, in each float dtype; a dtype that the backend lacks is refused. */
export function extremeLaws(law: Law, tested: BackendUnderTest): void {
  for (const [name, makeRow] of Object.entries(extremeCases)) {
    for (const dtype of floatDTypes) {
      law(`${name} where ${dtype} ends, with its slopes`, async () => {
        const backend = await tested.backend();
        const judged = (): Promise<void> => extremeLaw(makeRow(), dtype, backend, tested.units(dtype));
        await (backend.supports.dtypes.includes(dtype) ? judged() : refused(judged, dtype));
      });
    }
  }
}
