/** A code, the whole message, and a call that throws it. */
export type ErrorCase = readonly [code: string, message: string, call: () => unknown];
