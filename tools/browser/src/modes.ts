/** How a page is served: what its headers let it do. */
export interface Mode {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether memory can be shared with workers. */
  readonly isolated: boolean;
  /** Whether it may evaluate text and start workers from blobs. */
  readonly freely: boolean;
}

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The pages where the backend has to work. */
export const modes: readonly Mode[] = [
  { name: "a cross-origin isolated page", headers: isolation, isolated: true, freely: true },
  { name: "a page without isolation", headers: {}, isolated: false, freely: true },
  {
    name: "an isolated page under script-src 'self' 'wasm-unsafe-eval'",
    headers: { ...isolation, "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'" },
    isolated: true,
    freely: false,
  },
];

/** A page that may not even compile WebAssembly. */
export const forbidding: Mode = {
  name: "a page under script-src 'self'",
  headers: { "Content-Security-Policy": "script-src 'self'" },
  isolated: false,
  freely: false,
};
