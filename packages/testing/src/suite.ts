/** What a suite registers its tests with: the functions of vitest, or of any runner that looks like it. */
export interface Runner {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => void | Promise<void>): void;
}
