/** A process that this one has started. */
export interface ChildProcess {
  readonly pid: number;
  readonly command: string;
}

/** The processes that this one has started and that run. */
export async function childrenOfThisProcess(): Promise<ChildProcess[]> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=,stat=,args=", "--ppid", String(Deno.pid)],
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line) => {
    const [pid, state, ...command] = line.trim().split(/\s+/);
    return state!.startsWith("Z") ? [] : [{ pid: Number(pid), command: command.join(" ") }];
  });
}
