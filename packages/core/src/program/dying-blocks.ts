/** The blocks that die at an instruction, for its outputs of the same size to take over. */
export class DyingBlocks {
  readonly reused: Set<number> = new Set();
  private readonly bySize = new Map<string, { readonly address: number; readonly phase: number }[]>();

  /** Notes the address of a block whose bytes are read until a phase. */
  add(address: number, bytes: number, elementBytes: number, phase: number): void {
    const key = `${bytes} ${elementBytes}`;
    const list = this.bySize.get(key);
    if (list === undefined) this.bySize.set(key, [{ address, phase }]);
    else list.push({ address, phase });
  }

  /** The address of a block for what is written in a phase. */
  reuse(bytes: number, elementBytes: number, phase = 0): number | undefined {
    const list = this.bySize.get(`${bytes} ${elementBytes}`) ?? [];
    const at = list.findIndex((dead) => dead.phase <= phase);
    if (at < 0) return undefined;
    const { address } = list.splice(at, 1)[0]!;
    this.reused.add(address);
    return address;
  }
}
