/** What a suite registers its tests with: `describe` and `test` of vitest, or of any runner that is like it. */
export interface Runner {
  describe(name: string, body: () => void): void;
  readonly test: Register & { skip: Register };
}

type Register = (name: string, body: () => void | Promise<void>) => void;

/** Registers a law under its name, unless it is among the exceptions. */
export type Law = (name: string, body: () => void | Promise<void>) => void;

/** Laws that are known not to hold, by name, each with the reason. */
export type Exceptions = Readonly<Record<string, string>>;

/** Registers the laws of a suite; an exception that names no law is an error, so that the list stays short. */
export function suite(
  name: string,
  { describe, test }: Runner,
  exceptions: Exceptions,
  body: (law: Law) => void,
): void {
  describe(name, () => {
    const known = new Set<string>();
    body((lawName, law) => {
      known.add(lawName);
      const reason = exceptions[lawName];
      if (reason === undefined) test(lawName, law);
      else test.skip(`${lawName} (left out: ${reason})`, law);
    });
    const stale = Object.keys(exceptions).filter((exception) => !known.has(exception));
    if (stale.length > 0)
      throw new Error(`${name}: the exceptions ${stale.map((exception) => `"${exception}"`).join(", ")} name no law`);
  });
}
