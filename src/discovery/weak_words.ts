/**
 * Words that a request is full of and that hardly tell one tool from another: time of asking,
 * quality, amount, manner, and nouns that fit everything. No server is introduced by them.
 */
export const WEAK_WORDS: readonly string[] = (
  "new old current currently recent recently latest last next previous now today tomorrow yesterday " +
  "day days week weeks month months year years past future ago still already soon later early late " +
  "good better best great nice big large small little high low long short full complete whole entire " +
  "comprehensive detailed detail details brief quick fast simple easy clear clearly accurate precise " +
  "specific specifically general overall basic main major minor key important relevant related " +
  "particular certain various different several multiple many single double first second third " +
  "following based including include includes included such well formatted format style similar " +
  "available possible necessary required appropriate suitable proper properly correct exact exactly " +
  "information info data content item items object objects value values result results list set " +
  "number numbers amount total type types name names part parts piece bit point points case cases " +
  "place places area areas world country people person man woman guy friend friends boy girl family " +
  "son daughter wife husband myself team home house work working job life time times question " +
  "questions problem answer idea reason reasons example examples step steps process option options " +
  "help helpful assist assistance request task tasks goal purpose plan support provide provides " +
  "provided show shows display present give given tell take takes make made create created put keep add " +
  "find finding found look looking see seeing check checking try trying consider considering " +
  "understand understanding learn learning explain prepare organize ensure perform conduct handle " +
  "identify determine collect gather compile cover covering contain contains containing return " +
  "returns start end begin finish finally lastly then also additionally moreover together " +
  "potential popular common standard official real actual true false free top per each current " +
  "ongoing interested interesting considered recommended worth especially mainly roughly about " +
  "around approximately directly automatically manually using summary overview report background " +
  "attention special focus priority priorities effect changes change way ways mr mrs ms dr"
).split(" ");
