/** The version of this core; plugins say which they were made for. */
export const coreVersion = "0.1.0";

type Version = readonly [number, number, number];

function parse(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text
    .split(".")
    .map((part) => (/^\d+/.test(part) ? Number.parseInt(part, 10) : 0));
  return [major, minor, patch];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The first version that a caret range leaves out: the leftmost number that is not 0 must stay. */
function afterCaret([major, minor, patch]: Version): Version {
  if (major > 0) return [major + 1, 0, 0];
  return minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

/** Whether a version is in a range such as `^1.2`, `>=0.1.0 <1`, `1.2.3` or two of these with `||`. */
export function inRange(version: string, range: string): boolean {
  const own = parse(version);
  return range.split("||").some((part) =>
    part
      .trim()
      .split(/\s+/)
      .every((condition) => {
        const [, sign = "", text = ""] = /^(\^|>=|<=|>|<|=)?v?(.*)$/.exec(condition)!;
        if (text === "" || text === "*") return true;
        const bound = parse(text);
        const order = compare(own, bound);
        if (sign === "^") return order >= 0 && compare(own, afterCaret(bound)) < 0;
        if (sign === ">=") return order >= 0;
        if (sign === "<=") return order <= 0;
        if (sign === ">") return order > 0;
        if (sign === "<") return order < 0;
        return order === 0;
      }),
  );
}
