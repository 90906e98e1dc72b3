import type { Runner } from "../src/suite.ts";

type LawBody = () => void | Promise<void>;

/** What a suite registered, by the names of its groups and laws, `group > law`. */
export type Laws = ReadonlyMap<string, LawBody>;

/** The laws that `register` gives to its runner, instead of running them. */
export function collectLaws(register: (runner: Runner) => void): Laws {
  const laws = new Map<string, LawBody>();
  const groups: string[] = [];
  const note = (name: string, body: LawBody): void => void laws.set([...groups, name].join(" > "), body);
  register({
    describe: (name, body) => {
      groups.push(name);
      body();
      groups.pop();
    },
    test: Object.assign(note, { skip: (name: string, body: LawBody) => note(`skipped: ${name}`, body) }),
  });
  return laws;
}

const none = "no fault was found";

/** The messages of the error that a law throws and of its causes. */
export async function faultOf(laws: Laws, name: string): Promise<string> {
  const law = laws.get(name);
  if (law === undefined) throw new Error(`no law "${name}" among ${[...laws.keys()].join(", ")}`);
  try {
    await law();
  } catch (error) {
    const messages: string[] = [];
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
    return messages.join("\n");
  }
  return none;
}

/** The laws that do not hold, each with its fault. */
export async function faultsIn(laws: Laws): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const law of laws.keys()) {
    const fault = await faultOf(laws, law);
    if (fault !== none) faults.push(`${law}: ${fault}`);
  }
  return faults;
}
