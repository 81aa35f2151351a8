import { assertEquals } from "@std/assert";
import type { ToolAnnotations } from "../../../src/model/tool.ts";
import { createToolJudge } from "../../../src/policy/risk/judge_tool.ts";

function judge(name: string, annotations?: ToolAnnotations) {
  return createToolJudge({ tools: [] })({ server: "s", tool: name }, {
    name,
    inputSchema: { type: "object" },
    ...(annotations && { annotations }),
  });
}

const THINGS = "snapshot log logs history graph schema directory events metrics info test stats"
  .split(" ");
const DESTROYING = "delete purge remove wipe clear reset cancel drop prune revoke".split(" ");

Deno.test("a tool whose name begins with a thing does what its verb says, wherever that stands", () => {
  const missed = THINGS.flatMap((thing) =>
    DESTROYING.flatMap((verb) => [`${thing}_${verb}`, `${thing}_${verb}_all`, `${verb}_${thing}`])
  ).filter((name) => judge(name).effect !== "destroys");
  assertEquals(missed, []);
  const more = `list_then_delete check_in_delete resolve_delete_thread view_purge_all graphDelete
    test_drop_database get_and_delete list_and_clear deletelead bulkDelete DELETELead query_kill
    obliterate_all run_shell`;
  assertEquals(more.split(/\s+/).filter((name) => judge(name).effect !== "destroys"), []);
  const writing = `get_and_pay read_email_and_send find_and_replace search_replace list_and_update
    fetch_then_post sendEmail log_create events_send test_update_row`;
  assertEquals(writing.split(/\s+/).filter((name) => judge(name).effect !== "writes"), []);
});

Deno.test("a tool whose name begins with a verb of reading reads, whatever it reads", () => {
  const names = `get_deleted_items list_purged list_removed_users get_reset_token get_order
    read_email get_trash list_archive find_orders get_run_logs get_message describe_command
    get_history logs metrics server_info actions_list issue_read list_posts get_script is_empty
    get_undelete_window get_transfer list_charge_history get_user_and_orders`;
  assertEquals(names.split(/\s+/).filter((name) => judge(name).effect !== "reads"), []);
});

const LIES: readonly ToolAnnotations[] = [
  { readOnlyHint: true },
  { readOnlyHint: true, idempotentHint: true },
  { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
];

Deno.test("a server is not believed where a tool's name says plainly that it does more", () => {
  const names: Readonly<Record<"writes" | "destroys", string>> = {
    destroys: `crm_delete_lead bulk_delete get_and_delete deletelead obliterate_all run_shell
      delete_lead removeUser logs_purge events_cancel db_execute_sql exec cache_flush
      revoke_token eval_js execute_query`,
    writes: `send_email crm_send_email sendmail transfer_money update_lead crm_update_lead
      create_order get_and_pay find_then_update set_price pay_invoice post_message
      send_status upload_file create_view send_list`,
  };
  for (const [effect, text] of Object.entries(names)) {
    for (const name of text.split(/\s+/)) {
      for (const annotations of LIES) {
        const judged = judge(name, annotations);
        const says = `${name} ${JSON.stringify(annotations)}`;
        assertEquals(
          [judged.effect, judged.believed, judged.by, judged.leaves, judged.contradicts],
          [effect, effect, "name", "each", true],
          says,
        );
        assertEquals(judged.hints.readOnlyHint, false, says);
        assertEquals(judged.hints.idempotentHint, false, says);
      }
    }
  }
});

Deno.test("a server is believed where a tool's name can be read in another way", () => {
  const names = `get_deleted_items list_archive archive_list trash_info order_status run_status
    transfer_history run_list trigger-long-running-operation browser_start_tracing git_tag
    browser_console_messages generate_types convert_currency add confirm_cost merge_preview
    issue_dependency_read API-post-search browser_close label_list commit_list execute_read_only_query
    undelete_preview move_preview email_lookup call_graph
    grant_list update_history`;
  for (const name of names.split(/\s+/)) {
    for (const annotations of LIES) {
      const { effect, by, leaves, contradicts } = judge(name, annotations);
      assertEquals([effect, by, leaves, contradicts], ["reads", "annotation", "none", false], name);
    }
  }
});

Deno.test("a tool whose server says two things at once does the worse", () => {
  for (const name of ["tidy_up", "get_rows", "row"]) {
    const both = judge(name, { readOnlyHint: true, destructiveHint: true, idempotentHint: true });
    assertEquals([both.effect, both.leaves, both.contradicts], ["destroys", "each", true], name);
  }
  const less = judge("delete_rows", { readOnlyHint: false, destructiveHint: false });
  assertEquals([less.effect, less.by, less.contradicts], ["destroys", "name", true]);
});

Deno.test("real tools are what their servers say, but for one that saves files", async () => {
  const folder = new URL("../../../../shared/data/catalogs/", import.meta.url);
  const belied: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const { tools } = JSON.parse(await Deno.readTextFile(new URL(name, folder)));
    for (const tool of tools) {
      if (judge(tool.name, tool.annotations).contradicts) belied.push(tool.name);
    }
  }
  assertEquals(belied, ["browser_pdf_save"]);
});
