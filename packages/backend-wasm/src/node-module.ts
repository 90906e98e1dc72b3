/** A module of Node, without an import that bundlers for browsers would follow; `undefined` elsewhere. */
export function nodeModule(name: string): unknown {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name);
}
