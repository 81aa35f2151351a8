/** What calling a tool does to what is outside of the program. */
export type ToolEffect = "reads" | "writes" | "destroys";

/** Words of tools' names that say what they do. */
export const VERBS: Readonly<Record<ToolEffect | "sends" | "runs", ReadonlySet<string>>> = {
  reads: words(`get list read search find query fetch describe show count lookup view check
    inspect diff resolve retrieve head tail cat stat browse explain analyze analyse compare
    validate verify preview summarize summarise poll ping echo ls glob grep watch monitor scan
    detect classify extract translate calculate compute convert format parse estimate suggest
    recommend ask answer think select aggregate open_url navigate help download is has can`),
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
    unpublish deactivate decommission del trash cleanup prune rebase force void obliterate eradicate
    annihilate eliminate nuke empty deprovision dispose unregister`),
  sends: words(`send post publish email mail notify tweet share invite reply forward dispatch
    transfer pay charge refund order submit broadcast call sms message announce purchase buy sell
    trade withdraw wire`),
  runs: words(`execute exec run eval evaluate shell bash command cmd sql script invoke spawn ssh
    terminal console powershell`),
};

/** Things that are looked at: a name that says no more than these is one of a tool that reads. */
export const LOOKED_AT = words(`status stats log logs history blame events top snapshot screenshot
  test sum average metrics directory indexes schema schemas graph details exists available allowed
  info tree whoami me`);

/** Words that say only one thing, wherever they stand. */
export const UNMISTAKABLE = words(`delete del remove destroy purge truncate wipe erase uninstall
  shred rm overwrite obliterate eradicate annihilate nuke`);

/** Verbs that are no nouns: what begins with them does that, and is called nothing else. */
export const PLAIN: Readonly<Record<ToolEffect | "sends" | "runs", ReadonlySet<string>>> = {
  reads: words("get read fetch describe show retrieve inspect browse find is has can"),
  writes: words(`create add update set write edit insert upsert put patch save rename upload append
    assign unassign modify replace install upgrade deploy grant register enable disable`),
  destroys: words(`revoke terminate kill cancel evict drain flush discard ban unpublish deactivate
    decommission prune eliminate deprovision unregister dispose clear reset drop empty`),
  sends: words(`send publish notify tweet reply dispatch transfer pay charge refund submit broadcast
    purchase buy sell withdraw`),
  runs: words("execute exec run eval invoke spawn shell bash powershell"),
};

/** Words that part what is done first from what is done after it. */
export const AND = words("and then or plus also");

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** The words of a name in lower case: `deleteLead`, `delete_lead` and `delete-lead` are alike. */
export function nameWords(name: string): string[] {
  return name.slice(0, 200).normalize("NFKC").replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2").toLowerCase()
    .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
