/** Ends a vitest run with one line that any CI can read: `12 passed, 0 failed`, with `, 3 skipped` where there are any; none of vitest's own does. */
export default class PlainReporter {
  onTestRunEnd(modules, unhandledErrors) {
    // A run without a single test file proves nothing.
    const count = { passed: 0, failed: modules.length === 0 ? 1 : unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be imported, or a hook that throws, is a failure of its own.
      if (module.errors().length > 0) count.failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === "pending" ? "failed" : state]++;
      }
    }
    // At exit, so that it stays the last line, below a coverage table.
    process.once("exit", () => {
      console.log(
        `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ""}`,
      );
      if (count.failed > 0) process.exitCode ||= 1;
    });
  }
}
