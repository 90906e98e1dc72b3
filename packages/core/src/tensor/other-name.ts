import type { Device } from "./graph.ts";

/** What to call a backend that met another one: two values of one kind bear one name. */
export function otherName({ name }: Device, met: Device): string {
  return name === met.name ? `another ${name} (make one value of it and use it everywhere)` : name;
}
