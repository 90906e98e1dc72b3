import {
  type Batch,
  checkOptions,
  type Dataset,
  GradloomError,
  showValue,
  Tensor,
  tensor,
  type Tensors,
} from "@gradloom/core";
import { checkChange } from "./check-change.ts";
import { checkCount } from "./check-count.ts";
import { isSeveral, type Numbers, type NumbersOfEach, readColumn } from "./column.ts";
import { batchFields, type BatchOptions } from "./samples.ts";
import { checkItem, stackItems, type StreamItem } from "./stack-items.ts";

type Items = Iterable<StreamItem> | AsyncIterable<StreamItem>;
type Pass = Parameters<Dataset["batches"]>[0];

/** Where items come from: something that can be gone through again, or a function that begins anew for each pass. */
export type StreamSource = Items | ((pass: Pass) => Items);

/** A data set of batches that come one after the other; only those in use are in memory. */
export class Stream implements Dataset {
  private readonly open: (pass: Pass) => Items;

  constructor(open: (pass: Pass) => Items) {
    this.open = open;
  }

  /** Takes the items for single samples, and puts `size` of them together; the last batch may be short, unless it is dropped. */
  batch(size: number, options: BatchOptions = {}): Stream {
    checkOptions("batch", batchFields, options);
    const { dropRemainder = false } = options;
    checkCount("batch", "the size", size);
    return this.through(async function* (items) {
      let waiting: StreamItem[] = [];
      for await (const item of items) {
        waiting.push(item);
        if (waiting.length < size) continue;
        yield stackItems(waiting);
        waiting = [];
      }
      if (waiting.length > 0 && !dropRemainder) yield stackItems(waiting);
    });
  }

  /** Each item as `change` makes it. */
  map(change: (item: StreamItem) => StreamItem | Promise<StreamItem>): Stream {
    checkChange(change);
    return this.through(async function* (items) {
      for await (const item of items) yield await change(item);
    });
  }

  /** The first `count` items of each pass: batches after `batch`, samples before. */
  take(count: number): Stream {
    checkCount("take", "the number of items", count);
    return this.through(async function* (items) {
      let left = count;
      for await (const item of items) {
        yield item;
        left--;
        if (left === 0) return;
      }
    });
  }

  async *batches(pass: Pass): AsyncGenerator<Batch> {
    for await (const item of this.open(pass)) {
      const { x, y, weights } = checkItem(item);
      const batch = { x: tensorsOf("stream: x", x), y: tensorsOf("stream: y", y) };
      yield weights === undefined ? batch : { ...batch, weights: tensorOf("stream: weights", weights as Numbers) };
    }
  }

  private through(change: (items: Items) => Items): Stream {
    return new Stream((pass) => change(this.open(pass)));
  }
}

/**
 * A data set of an iterable, asynchronous or not: `stream(batches)`, or `stream(samples).batch(32)`. For several epochs give a function that
 * begins anew, `stream(() => read(file))`.
 */
export function stream(source: StreamSource): Stream {
  if (typeof source === "function") return new Stream((pass) => opened(source(pass)));
  opened(source);
  let used = false;
  return new Stream(() => {
    // What a generator function gives can be gone through once only.
    if (used && "next" in source) {
      throw new GradloomError(
        "stream-used",
        "stream: the source was gone through already and cannot begin anew; give a function that makes one for each pass, e.g. stream(() => read(file))",
      );
    }
    used = true;
    return source;
  });
}

/** What can be gone through, as it is; an error for all else. */
function opened(items: Items): Items {
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: at } = Object(items) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  const isSource = typeof later === "function" || typeof at === "function";
  if (isSource && typeof items === "object" && !ArrayBuffer.isView(items)) return items;
  throw new GradloomError(
    "stream-source",
    `stream: ${showValue(items)} cannot be gone through; give a list, a generator, or a function that gives one for each pass`,
  );
}

function tensorsOf(place: string, given: NumbersOfEach): Tensors {
  return isSeveral(given) ? Array.from(given, (one, at) => tensorOf(`${place}[${at}]`, one)) : tensorOf(place, given);
}

function tensorOf(place: string, given: Numbers): Tensor {
  if (given instanceof Tensor) return given;
  const { data, shape, dtype } = readColumn(place, given);
  return tensor(data, { shape, dtype });
}
