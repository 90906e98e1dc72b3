import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Reply, Request } from "./protocol.ts";

/** A participant that does not answer within this time is given up. */
const patience = 120_000;

/** The process of one participant, which does one thing at a time. */
export class ParticipantProcess {
  private readonly child: ChildProcess;
  private errors = "";
  private settle: ((reply: Reply) => void) | undefined;
  private ended: string | undefined;

  constructor(command: readonly string[]) {
    const [program, ...rest] = command;
    this.child = spawn(program!, rest, { stdio: ["pipe", "pipe", "pipe"] });
    this.child.stdin!.on("error", () => undefined);
    this.child.stderr!.on("data", (text: Buffer) => (this.errors = (this.errors + text.toString()).slice(-4000)));
    this.child.on("error", ({ message }) => this.end(message));
    this.child.on("exit", (code, signal) => this.end(`its process ended (${signal ?? code}): ${this.lastError()}`));
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      if (line.startsWith('{"is":')) this.take(JSON.parse(line) as Reply);
    });
  }

  /** Asks and waits for the answer; what goes wrong is an answer too. */
  async ask(request: Request): Promise<Reply> {
    if (this.ended !== undefined) return { is: "failed", message: this.ended };
    const answer = new Promise<Reply>((resolve) => (this.settle = resolve));
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    const timer = setTimeout(() => this.close(`no answer within ${patience / 1000} s`), patience);
    const reply = await answer;
    clearTimeout(timer);
    return reply;
  }

  /** Ends the process. */
  close(why = "closed"): void {
    this.end(why);
    this.child.kill("SIGKILL");
  }

  private end(why: string): void {
    this.ended ??= why;
    this.take({ is: "failed", message: this.ended });
  }

  private take(reply: Reply): void {
    const settle = this.settle;
    this.settle = undefined;
    settle?.(reply);
  }

  private lastError(): string {
    const lines = this.errors.split("\n").filter((line) => line.trim() !== "");
    return lines.find((line) => /Error/.test(line)) ?? lines.at(-1) ?? "no message";
  }
}
