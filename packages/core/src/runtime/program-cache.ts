import { type Recording, sameStructure } from "../tensor/recording.ts";

/** Remembers what was built for a structure; the least recently used is forgotten when it is full. */
export class ProgramCache<Built> {
  private readonly buckets = new Map<number, { readonly recording: Recording; readonly built: Built }[]>();
  private readonly bound: number;

  constructor(bound = 256) {
    this.bound = bound;
  }

  /** The thing built for this structure, now or earlier. */
  get(recording: Recording, build: () => Built): Built {
    const { hash } = recording;
    const bucket = this.buckets.get(hash);
    const known = bucket?.find((entry) => sameStructure(entry.recording, recording));
    if (bucket !== undefined) {
      this.buckets.delete(hash);
      this.buckets.set(hash, bucket);
    }
    if (known !== undefined) return known.built;
    // The recording's code is a view of memory that building may use again.
    const kept: Recording = { ...recording, code: recording.code.slice(), slots: [] };
    const built = build();
    if (bucket === undefined) this.buckets.set(hash, [{ recording: kept, built }]);
    else bucket.push({ recording: kept, built });
    if (this.buckets.size > this.bound) this.buckets.delete(this.buckets.keys().next().value!);
    return built;
  }
}
