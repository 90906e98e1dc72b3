/** Labelled samples in plain typed arrays: the form of every data set of this package. */
export interface Dataset<Inputs extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  /** The samples one after the other, row-major: `shape` values. */
  readonly inputs: Inputs;
  /** The class of each sample, as an index into `classes`: `[samples]`. */
  readonly labels: Int32Array;
  /** The shape of `inputs`: `[samples, ...one sample]`. */
  readonly shape: readonly number[];
  /** The names of the classes. */
  readonly classes: readonly string[];
}

/** Where measured data comes from, in words for people. */
export interface Provenance {
  readonly source: string;
  readonly licence: string;
  readonly citation: string;
}
