import MagicString from "magic-string";

const mark = "/* @__PURE__ */ ";

/**
 * Marks what modules compute as they are loaded as free to leave out. Nothing happens at an import of ours, which no bundler can see by
 * itself: it has to expect getters behind a spread and effects of calls, and would keep them with all that they name.
 * Ours stays: rollup-plugin-pure marks calls of the names it is given, not spreads and classes, and refuses no statement.
 */
export const pureDeclarations = {
  name: "pure-declarations",
  renderChunk(code) {
    const text = new MagicString(code);
    for (const statement of this.parse(code).body) markStatement(statement, text);
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};

function markStatement(statement, text) {
  const { type, start, end } = statement;
  if (type === "VariableDeclaration") for (const { id, init } of statement.declarations) markValue(id, init, text);
  else if (type === "ClassDeclaration") markClass(statement, text);
  else if (!/^(Import|Export|Function)/.test(type))
    throw new Error(`"${text.slice(start, end)}" happens at an import; let it happen in a function`);
}

function markValue(id, init, text) {
  if (id.type !== "Identifier") text.overwrite(id.start, init.end, apart(id, init, text));
  else if (init !== null && !isPlain(init) && !isMarked(init, text))
    text.appendLeft(init.start, `${mark}(() => (`).appendRight(init.end, "))()");
}

/** Whether it is a call that is marked already and of which nothing remains: its arguments are plain. */
function isMarked({ type, start, callee, arguments: given }, text) {
  const isCall = type === "CallExpression" || type === "NewExpression";
  return isCall && text.original.slice(0, start).endsWith(mark) && isPlain(callee) && given.every(isPlain);
}

/** `{ add, sub } = lanes` is one declaration for each name, as a pattern is never left out. */
function apart({ type, properties, start }, init, text) {
  const isSimple = type === "ObjectPattern" && init.type === "Identifier" && properties.every(isName);
  if (!isSimple) throw new Error(`no bundler leaves out "${text.slice(start, init.end)}"; declare one name each`);
  return properties.map(({ key, value }) => `${value.name} = ${mark}(() => ${init.name}.${key.name})()`).join(", ");
}

function isName({ type, computed, value }) {
  return type === "Property" && !computed && value.type === "Identifier";
}

function markClass(node, text) {
  if (isPlainClass(node)) return;
  const { name } = node.id;
  text.appendLeft(node.start, `const ${name} = ${mark}(() => {\n`).appendRight(node.end, `\nreturn ${name};\n})();`);
}

/** Whether every bundler sees that nothing happens when it is computed. */
function isPlain(node) {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "UnaryExpression":
      return node.argument.type === "Literal";
    case "ClassExpression":
      return isPlainClass(node);
    case "ArrayExpression":
      return node.elements.every((element) => element !== null && isPlain(element));
    case "ObjectExpression":
      return node.properties.every(({ type, computed, value }) => type === "Property" && !computed && isPlain(value));
    default:
      return false;
  }
}

/** The same of a class. */
function isPlainClass({ superClass, body }) {
  return (superClass === null || superClass.type === "Identifier") && body.body.every(isPlainMember);
}

function isPlainMember({ type, computed, static: isStatic, value }) {
  return type !== "StaticBlock" && !computed && (!isStatic || value === null || isPlain(value));
}
