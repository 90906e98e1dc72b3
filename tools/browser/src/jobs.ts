/** What a page can be asked to do. */
export interface Jobs {
  readonly list: readonly Job[];
  /** Does the job at a place of the list; gives what the job gives, as far as JSON can tell it. */
  run(place: number): Promise<unknown>;
}

/** Something that a page can do, such as a test. */
export interface Job {
  readonly name: string;
  readonly skipped: boolean;
}
