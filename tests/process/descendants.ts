/** Ids of the processes that came from `pid`, as Linux tells, itself left out. */
export async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    // The parent follows the name, which is in brackets and may hold anything, and the state.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (/^\d+$/.test(name)) parents.set(parent, [...parents.get(parent) ?? [], Number(name)]);
  }
  const found = [pid];
  for (const parent of found) found.push(...parents.get(parent) ?? []);
  return found.slice(1);
}
