// Writes ONNX models, which are protocol buffers: fields of a message one after the other, each a key and a value.
// The fields' numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

const float32 = 1;
const wholeNumberAttribute = 2;
const irVersion = 8;
const operatorSet = 17;

/** The bytes of a model: its nodes in order, the arrays of its inputs, the constants it carries, and its one output. */
export function modelBytes({ nodes, inputs, constants = {}, output }) {
  const graph = [
    ...nodes.map((node) => bytes(1, nodeMessage(node))),
    bytes(2, "graph"),
    ...Object.entries(constants).map(([name, array]) => bytes(5, tensorMessage(name, array))),
    ...Object.entries(inputs).map(([name, { shape }]) => bytes(11, valueMessage(name, shape))),
    bytes(12, valueMessage(output)),
  ];
  return Buffer.concat([
    number(1, irVersion),
    bytes(7, Buffer.concat(graph)),
    bytes(8, Buffer.concat([bytes(1, ""), number(2, operatorSet)])),
  ]);
}

/** An operation by its ONNX name; `to` is what its result is called, and attributes are whole numbers. */
function nodeMessage({ operation, from, to, attributes = {} }) {
  return Buffer.concat([
    ...from.map((name) => bytes(1, name)),
    bytes(2, to),
    bytes(3, to),
    bytes(4, operation),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, Buffer.concat([bytes(1, name), number(3, value), number(20, wholeNumberAttribute)])),
    ),
  ]);
}

function tensorMessage(name, { shape, data }) {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([...shape.map((size) => number(1, size)), number(2, float32), bytes(8, name), bytes(9, raw)]);
}

/** A value's name and type, with its shape where that is known. */
function valueMessage(name, shape) {
  const sizes = (shape ?? []).map((size) => bytes(1, number(1, size)));
  const known = shape === undefined ? [] : [bytes(2, Buffer.concat(sizes))];
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, Buffer.concat([number(1, float32), ...known])))]);
}

/** A field that is a whole number. */
function number(field, value) {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

/** A field that is text, bytes or a message. */
function bytes(field, content) {
  const buffer = Buffer.from(content);
  return Buffer.concat([varint(field * 8 + 2), varint(buffer.length), buffer]);
}

/** Seven bits in each byte, the lowest first; negative numbers as 64 bits of two's complement. */
function varint(value) {
  let rest = BigInt.asUintN(64, BigInt(value));
  const found = [];
  for (; rest > 127n; rest >>= 7n) found.push(Number(rest & 127n) | 128);
  return Buffer.from([...found, Number(rest)]);
}
