import type { Tool } from "../../src/model/tool.ts";

/** One made-up server with its tools. */
export interface SyntheticServer {
  readonly server: string;
  readonly description: string;
  readonly tools: readonly Tool[];
}

/** Lines of business: what the server is about, and the things its tools work on. */
const SUBJECTS: readonly (readonly [string, string])[] = [
  ["customer relations", "lead,contact,account,deal,pipeline stage,sales quota"],
  ["email marketing", "campaign,subscriber,mailing list,segment,landing page,bounce"],
  ["help desk", "support case,macro,satisfaction survey,help article,escalation,SLA policy"],
  ["recruiting", "candidate,job opening,interview,offer letter,scorecard,talent pool"],
  ["payroll", "payslip,salary,tax form,deduction,bonus,pay run"],
  ["time off", "leave request,holiday calendar,absence balance,shift,time sheet,overtime"],
  ["accounting", "invoice,bill,ledger account,journal entry,vendor,bank reconciliation"],
  ["card payments", "charge,refund,payment intent,dispute,payout,customer card"],
  ["subscriptions", "plan,subscription,coupon,usage meter,trial,renewal"],
  ["online shop", "product,order,cart,inventory level,discount code,fulfillment"],
  ["shipping", "parcel,shipping label,carrier rate,pickup,customs form,delivery exception"],
  ["warehouse", "bin,stock transfer,purchase order,packing list,cycle count,pallet"],
  ["real estate", "listing,open house,tenant,lease,property valuation,showing"],
  ["hotel operations", "reservation,room rate,guest profile,housekeeping task,folio,occupancy"],
  ["restaurant", "menu item,table reservation,kitchen order,allergen,tip,delivery zone"],
  ["airline", "flight schedule,seat map,boarding pass,baggage claim,fare rule,crew roster"],
  ["car rental", "vehicle,rental agreement,damage report,fuel charge,toll,mileage log"],
  ["telephony", "call,voicemail,phone number,call queue,recording,IVR menu"],
  ["text messages", "SMS,sender id,opt out,short code,delivery receipt,messaging service"],
  ["video meetings", "meeting,webinar,breakout room,meeting recording,registrant,poll"],
  ["calendars", "calendar event,availability slot,attendee,meeting room,reminder,recurring event"],
  ["file storage", "shared drive,shared link,file version,folder permission,trash,quota"],
  ["electronic signatures", "envelope,signer,signature field,audit certificate,template,reminder"],
  ["contracts", "contract,clause,obligation,counterparty,amendment,approval"],
  ["project tracking", "sprint,epic,story,backlog item,release train,velocity"],
  ["boards", "board,card,checklist,swimlane,due date,power up"],
  ["wiki", "space,article,page tree,attachment,inline comment,page restriction"],
  ["feature flags", "flag,rollout rule,experiment,audience,variation,kill switch"],
  ["error tracking", "exception group,stack trace,release health,breadcrumb,alert rule,owner"],
  ["metrics", "time series,dashboard panel,monitor,downtime,SLO,anomaly"],
  ["log search", "log stream,saved search,retention rule,log pattern,ingest pipeline,index"],
  ["on call", "incident,on-call schedule,escalation policy,postmortem,responder,status page"],
  [
    "cloud computing",
    "virtual machine,load balancer,security group,volume,snapshot,auto scaling group",
  ],
  ["object storage", "bucket,object,lifecycle rule,signed url,multipart upload,storage class"],
  ["content delivery", "zone,cache rule,edge worker,firewall rule,origin,page rule"],
  ["domain names", "DNS record,domain transfer,nameserver,glue record,registrar lock,zone file"],
  ["secrets", "secret,key rotation,lease,access policy,transit key,audit device"],
  ["identity", "user account,group membership,single sign-on app,MFA factor,role,session"],
  [
    "data warehouse",
    "dataset,materialized view,query job,slot reservation,partition,scheduled query",
  ],
  [
    "stream processing",
    "topic,consumer group,partition offset,schema subject,connector,dead letter",
  ],
  [
    "machine learning",
    "training run,model version,feature view,endpoint,hyperparameter sweep,dataset split",
  ],
  ["image generation", "prompt,generated image,style preset,upscale job,inpainting mask,seed"],
  ["speech", "voice,speech synthesis job,pronunciation lexicon,diarization,phoneme,caption track"],
  ["translation", "glossary,translation memory,locale,translation job,term base,quality score"],
  ["social media", "scheduled post,mention,follower,hashtag,story highlight,engagement report"],
  ["advertising", "ad group,bid,keyword,conversion,creative,audience list"],
  [
    "search optimisation",
    "backlink,keyword ranking,site audit,sitemap entry,redirect,crawl budget",
  ],
  ["surveys", "survey,response,question branch,panel,quota,net promoter score"],
  ["learning", "course,lesson,quiz,enrollment,certificate,gradebook"],
  ["library", "catalog record,loan,hold,patron,fine,interlibrary request"],
  ["clinic", "appointment,patient chart,prescription,lab order,referral,insurance claim"],
  ["genomics", "sequence read,alignment,reference genome,gene panel,sample batch,pedigree"],
  ["chemistry", "molecule,reaction,spectrum,assay plate,reagent,solubility"],
  ["astronomy", "star catalog,observation,light curve,telescope slot,ephemeris,exoplanet"],
  [
    "earth observation",
    "satellite scene,vegetation index,land cover,flood extent,elevation tile,band",
  ],
  ["energy", "smart meter,tariff,solar inverter,charging session,grid outage,demand response"],
  ["smart home", "light,thermostat,scene,door lock,motion sensor,vacuum"],
  [
    "factory",
    "work order,machine state,quality check,bill of materials,production line,downtime reason",
  ],
  ["agriculture", "field,crop rotation,irrigation zone,soil sample,harvest,livestock tag"],
  ["fitness", "workout,heart rate zone,training plan,sleep score,body measurement,step count"],
  ["sports", "fixture,league table,player transfer,match event,injury report,odds"],
  ["music streaming", "playlist,album,artist radio,listening history,queue,podcast episode"],
  ["games store", "achievement,leaderboard season,inventory skin,matchmaking ticket,wishlist,mod"],
  ["banking", "bank account,standing order,beneficiary,statement line,card limit,overdraft"],
  ["insurance", "policy,claim,premium,underwriting note,coverage,adjuster"],
  ["brokerage", "position,limit order,margin call,option chain,watch list,corporate action"],
  ["public transport", "bus line,stop departure,service alert,vehicle position,fare zone,transfer"],
  ["logistics", "freight quote,container,bill of lading,port call,truck route,driver log"],
  ["legal research", "court case,docket,statute,citation,filing,judge"],
  ["fundraising", "donation,donor,pledge,grant,event ticket,receipt"],
];

/** Acts: verbs that authors use for it, and the sentence that describes it. */
const ACTS: readonly (readonly [string, string])[] = [
  ["list", "Lists {s}s with optional filters and pagination."],
  ["get", "Returns one {s} by its id with all of its fields."],
  ["create", "Creates a new {s} and returns its id."],
  ["update", "Updates the given fields of an existing {s}."],
  ["delete", "Permanently removes a {s}. This cannot be undone."],
  ["search", "Finds {s}s that match a free text query in {d}."],
  ["export", "Exports {s}s of a date range as CSV or JSON."],
  ["assign", "Assigns a {s} to a user or a team."],
  ["archive", "Archives a {s} so that it no longer shows in active views."],
  ["count", "Counts {s}s grouped by status."],
  ["approve", "Approves a pending {s} and notifies its owner."],
  ["sync", "Synchronises {s}s with the connected {d} system."],
  ["bulk_update", "Changes many {s}s at once from a list of ids and field values."],
  ["history", "Shows who changed a {s} and when."],
  ["validate", "Checks a {s} for missing or inconsistent fields before it is submitted."],
  ["summarize", "Gives totals and averages over {s}s for reporting."],
];

const BRANDS: readonly string[] = (
  "Acumen Brightly Cobalt Driftwood Everly Fathom Glimmer Harbor Inkwell Juniper Kestrel Lumen " +
  "Marrow Nimbus Orchard Pylon Quartz Ripple Sable Tundra Umber Vertex Willow Xenia Yarrow Zephyr"
).split(" ");

/**
 * `count` made-up tools of many lines of business, the same on every call: distractors for search,
 * ballast for timing. Names come in the styles that real servers use.
 */
export function syntheticServers(count: number): SyntheticServer[] {
  const servers: SyntheticServer[] = [];
  let left = count;
  for (let round = 0; left > 0; round++) {
    for (const [at, [subject, things]] of SUBJECTS.entries()) {
      if (left <= 0) break;
      const server = syntheticServer(round * SUBJECTS.length + at, subject, things.split(","));
      const tools = server.tools.slice(0, left);
      servers.push({ ...server, tools });
      left -= tools.length;
    }
  }
  return servers;
}

function syntheticServer(seed: number, subject: string, things: string[]): SyntheticServer {
  const brand = BRANDS[seed % BRANDS.length]! + (seed >= BRANDS.length ? String(seed) : "");
  const acts = ACTS.filter((_, i) => (i + seed) % 5 !== 0);
  const tools = things.flatMap((thing, t) =>
    acts.filter((_, i) => (i + t + seed) % 3 !== 0)
      .map(([verb, sentence]) => syntheticTool({ seed, subject, brand, thing, verb, sentence }))
  );
  const description = `${brand} connects agents to ${subject}: ${things.join(", ")}.`;
  return { server: `${brand.toLowerCase()}-${subject.replaceAll(" ", "-")}`, description, tools };
}

interface Parts {
  seed: number;
  subject: string;
  brand: string;
  thing: string;
  verb: string;
  sentence: string;
}

function syntheticTool({ seed, subject, brand, thing, verb, sentence }: Parts): Tool {
  const words = [...verb.split("_"), ...thing.split(/[ -]/)];
  const lead = sentence.replaceAll("{s}", thing).replaceAll("{d}", subject);
  const noun = thing.replaceAll(" ", "_").toLowerCase();
  return {
    name: nameInStyle(words, seed, brand),
    description: seed % 3 === 0 ? lead : `${lead} Needs a ${brand} token with ${subject} access.`,
    inputSchema: {
      type: "object",
      properties: {
        [`${noun}_id`]: { type: "string", description: `Identifier of the ${thing}` },
        limit: { type: "integer", description: "Maximum number of results per page" },
        ...(verb === "search"
          ? { query: { type: "string", description: "Text to look for" } }
          : {}),
        ...(verb === "export" ? { format: { type: "string", enum: ["csv", "json"] } } : {}),
      },
    },
  };
}

function nameInStyle(words: string[], seed: number, brand: string): string {
  const lower = words.map((word) => word.toLowerCase());
  const style = seed % 4;
  if (style === 0) return lower.join("_");
  if (style === 1) return lower.join("-");
  if (style === 2) {
    return lower.map((w, i) => i === 0 ? w : w[0]!.toUpperCase() + w.slice(1)).join("");
  }
  return `${brand.toLowerCase()}_${lower.join("_")}`;
}
