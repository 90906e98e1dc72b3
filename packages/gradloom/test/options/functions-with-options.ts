import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** The names of functions and methods (`Class.method`) of all packages that take an options object, as their sources are written. */
export function functionsWithOptions(): readonly string[] {
  const sources = readdirSync(packages).map((name) => `${packages}${name}/src`);
  const files = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  const names = files.flatMap((file) => namesIn(readFileSync(file, "utf8")));
  return [...new Set(names)].toSorted();
}

function namesIn(source: string): readonly string[] {
  const names: string[] = [];
  let owner = "";
  for (const match of source.matchAll(
    /^(?:export (?:abstract )?class (\w+)|}|(export |  )(?:async )?(?:function )?\*?(\w+)(?:<[^(]*?>)?\()/gm,
  )) {
    const [whole, opened, start, name] = match;
    if (name === undefined) owner = opened ?? "";
    else if (start === "export " || owner !== "") {
      if (takesOptions(parametersAt(source, match.index + whole.length)))
        names.push(start === "export " ? name : `${owner}.${name}`);
    }
  }
  return names;
}

/** The text between the parenthesis that was opened before a place and the one that closes it. */
function parametersAt(source: string, start: number): string {
  let depth = 1;
  let end = start;
  while (depth > 0) {
    const character = source[end++];
    if (character === "(") depth++;
    else if (character === ")") depth--;
  }
  return source.slice(start, end - 1);
}

function takesOptions(parameters: string): boolean {
  return /\boptions\b|Options\b|\} = \{\}/.test(parameters);
}
