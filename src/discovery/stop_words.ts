/**
 * Words that say nothing about which tool is wanted: grammar, courtesy, and what every request and
 * every description says of itself.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [
    "a an the this that these those it its itself they them their theirs he him his she her hers",
    "i me my mine myself we us our ours you your yours yourself who whom whose which what",
    "am is are was were be been being do does did doing done have has had having",
    "can could may might must shall should will would ought cannot can't don't won't",
    "and or but nor so yet if then else than as of at by for with about into onto through during",
    "to from in on off out over under up down again further once upon within without between",
    "there here where when why how any both each few more most other some such only own same too",
    "very just also not no yes ok okay please thanks thank hi hello hey dear",
    "want wants wanted need needs needed like likes wish hope help helps let lets make sure able",
    "know say says said using used use uses via per etc e.g i.e eg ie vs",
    "one ones two thing things something anything everything someone anyone way ways lot lots kind",
    "going got gets getting really actually currently well much many every all",
    "s t re ve ll d m",
  ].join(" ").split(" "),
);
