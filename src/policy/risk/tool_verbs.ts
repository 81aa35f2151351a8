/** What calling a tool does to what is outside of the program. */
export type ToolEffect = "reads" | "writes" | "destroys";

/** Words of tools' names that say what they do. */
export const VERBS: Readonly<Record<ToolEffect | "sends" | "runs", ReadonlySet<string>>> = {
  reads: words(`get list read search find query fetch describe show count lookup view check status
    inspect diff resolve retrieve head tail cat stat stats browse explain analyze analyse compare
    validate verify preview summarize summarise poll ping test echo whoami me info ls tree glob grep
    log logs history blame events top watch monitor snapshot screenshot scan detect classify extract
    translate calculate compute convert format parse sum average estimate suggest recommend ask
    answer think select aggregate open_url navigate help download metrics directory indexes schema
    schemas graph details exists available allowed`),
  writes: words(`create add update set write edit insert upsert put patch save move rename copy
    duplicate upload append apply assign unassign comment close open reopen merge import start stop
    restart enable disable register configure change modify replace sync push commit tag label mark
    pin unpin lock unlock approve reject request schedule book link unlink attach detach join leave
    follow unfollow star unstar fork clone install upgrade deploy publish release rollback restore
    scale resize migrate transform convert toggle type click fill press drag select_option hover
    resume pause trigger generate build make new log_work react vote subscribe unsubscribe switch
    checkout stash cherry init grant`),
  destroys: words(`delete remove drop destroy purge truncate wipe erase revoke terminate kill
    uninstall reset clear overwrite cancel archive ban evict drain flush discard expire shred rm
    unpublish deactivate decommission del trash cleanup prune rebase force void`),
  sends: words(`send post publish email mail notify tweet share invite reply forward dispatch
    transfer pay charge refund order submit broadcast call sms message announce purchase buy sell
    trade withdraw wire`),
  runs: words(`execute exec run eval evaluate shell bash command cmd sql script invoke spawn ssh
    terminal console powershell`),
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** The words of a name in lower case: `deleteLead`, `delete_lead` and `delete-lead` are alike. */
export function nameWords(name: string): string[] {
  return name.slice(0, 200).replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2").toLowerCase()
    .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
