import { cpus } from "node:os";

/** How much other programs were at work while something was measured. */
export class LoadMeter {
  private wall = 0;
  private foreign = 0;

  /** Measures beside `work`, which tells the processor milliseconds of the processes that belong to the benchmark. */
  async beside<Result>(work: () => Promise<{ readonly result: Result; readonly processor: number }>): Promise<Result> {
    const own = process.cpuUsage();
    const busy = busyMilliseconds();
    const start = performance.now();
    const { result, processor } = await work();
    this.wall += performance.now() - start;
    const { user, system } = process.cpuUsage(own);
    this.foreign += busyMilliseconds() - busy - processor - (user + system) / 1000;
    return result;
  }

  /** Processor cores that others kept busy, on average. */
  get cores(): number {
    return this.wall === 0 ? 0 : Math.max(0, this.foreign / this.wall);
  }
}

function busyMilliseconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
