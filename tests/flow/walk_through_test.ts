import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";

const project = new URL("../../", import.meta.url).pathname;

/** A task of the project as a person gives it in a folder, without a terminal. */
function task(root: string, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", join(project, "deno.json"), ...args],
    cwd: root,
    env: { INIT_CWD: root, TMPDIR: root, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function finish(command: Deno.Command) {
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test({
  name: "40 leads are deleted: approved for at most 40, killed in the middle, resumed, each once",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const root = await Deno.makeTempDir();
    const db = join(root, "crm.sqlite");
    const crm = ["run", "-A", join(project, "examples/servers/crm.ts"), "--db", db];
    const config = { mcpServers: { crm: { command: "deno", args: crm } } };
    await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(config));
    const [run, approvals] = ["run", "approvals"].map((name) => join(project, `src/${name}.ts`));
    const program = join(project, "examples/delete_duplicates.ts");

    const asked = await finish(task(root, run!, program));
    assertEquals(asked.code, 75, asked.err);
    const [, approvalId] = /approvals show (apr_\w+)/.exec(asked.err)!;
    const [, runId] = /--resume (run_\w+)/.exec(asked.err)!;
    const shown = await finish(task(root, approvals!, "show", approvalId!));
    assertStringIncludes(shown.out, "delete_lead({ lead_id: id })");
    const approved = await finish(
      task(root, approvals!, "approve", approvalId!, "--max-calls", "40"),
    );
    assertEquals(approved.code, 0, approved.err);

    const killed = task(root, run!, "--resume", runId!).spawn();
    let seen = "";
    for await (const chunk of killed.stderr.pipeThrough(new TextDecoderStream() as Decoder)) {
      seen += chunk;
      if (seen.includes("10 of 40")) break;
    }
    killed.kill("SIGKILL");
    await killed.status;
    await killed.stdout.cancel();

    const resumed = await finish(task(root, run!, "--resume", runId!));
    assertEquals([resumed.code, JSON.parse(resumed.out)], [0, { deleted: 40, left: 0 }]);
    const again = await finish(task(root, run!, "--resume", runId!));
    assertEquals([again.code, again.out], [0, resumed.out]);
    const listed = await finish(task(root, approvals!, "list"));
    assertStringIncludes(listed.out, "40 call(s) used");
    {
      using database = new DatabaseSync(db);
      const { n } = database.prepare("SELECT count(*) AS n FROM leads").get()!;
      assertEquals(n, 9_960);
    }
    assertEquals((await finish(task(root, run!, "--resume", "run_none"))).code, 2);
    await Deno.remove(root, { recursive: true });
  },
});

type Decoder = ReadableWritablePair<string, Uint8Array>;
