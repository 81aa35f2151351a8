/** One defect that is put into the source, and the tests that must notice it. */
export interface Mutant {
  /** The beginnings of the promises of SECURITY.md that it breaks. */
  readonly promises: readonly string[];
  /** Stands once in `src`, in whichever file. */
  readonly text: string;
  readonly replacement: string;
  /** The files of the tests, by name: at least one must fail. */
  readonly tests: readonly string[];
}

const security = (
  promise: string,
  [text, replacement]: readonly [string, string],
  ...tests: readonly string[]
): Mutant => ({
  promises: [promise],
  text,
  replacement,
  tests: tests.map((test) => `${test}_test.ts`),
});

/** The program's thread, from where the runtime is disarmed to where its core is. */
const DISARM_CORE = "await disarmCore(connection);\n";
const DISARMED = `await disarmRuntime();
const output = createLogOutput();
const end = createProgramEnd(sender, output);
const entries = createEntryCount("./workspace");
watchUncaught(internals.core, end);
replaceTimers(internals.core);
Object.defineProperty(globalThis, "Buffer", { value: Buffer, writable: true, configurable: true });
loadKeptGlobals();
replaceClone();
${DISARM_CORE}`;

/** The defects, in the order of the promises. */
export const MUTANTS: readonly Mutant[] = [
  security(
    "A program calls only the tools",
    ["const isAllowed = allowed.has(keyOf(call));", "const isAllowed = true;"],
    "tool_calls",
  ),
  security(
    "A program imports only wrappers",
    ['  "assert/strict",\n  "buffer",\n', '  "assert/strict",\n  "fs",\n  "buffer",\n'],
    "read_program",
  ),
  security(
    "A skill that runs is one that was checked",
    [
      "const mayAll = caller === undefined || caller === record.owner;",
      'const mayAll = caller === undefined || record.owner !== "";',
    ],
    "skill_library",
  ),
  security(
    "A skill that runs is one that was checked",
    ["!isRight || sha256(text) !== record.hash", "!isRight"],
    "skill_trust",
  ),
  security(
    "A skill that runs is one that was checked",
    ["document !== undefined && this.#seal().isSealed(document)", "document !== undefined"],
    "skill_trust",
  ),
  security(
    "A program never runs on a worker's main thread",
    [
      'const program = new Worker(new URL("./program_thread.js", import.meta.url), {\n' +
      '  type: "module",\n  name: JSON.stringify({ address, token }),\n});',
      "const program = globalThis as unknown as Worker;\n" +
      'Object.defineProperty(globalThis, "name", { value: JSON.stringify({ address, token }) });\n' +
      'import(new URL("./program_thread.js", import.meta.url).href);',
    ],
    "attack_corpus",
    "program_cannot_reach_beyond_its_thread",
  ),
  security(
    "A program sees no environment",
    ["    runDir.linked,\n    guestDir,\n", '    runDir.linked,\n    "/etc",\n    guestDir,\n'],
    "program_cannot_read_host_files",
    "program_cannot_reach_beyond_its_thread",
  ),
  security(
    "A program has no network",
    ["`--allow-net=${netOf(options.address)}`", '"--allow-net"'],
    "program_has_no_network",
  ),
  security(
    "What is judged is what runs",
    ['if (own === undefined || !isSameCode(code, own, replace)) throw refused("its code");', ""],
    "read_program",
  ),
  security(
    "Reading a program takes time",
    ["if (next.depth > MAX_DEPTH || next.nested > MAX_NESTED) {", "if (next.depth < 0) {"],
    "deep_program_is_refused_in_words",
  ),
  security(
    "No text of a caller holds the host",
    ["if (job.usedMs <= job.budgetMs) continue;", "if (job.usedMs >= 0) continue;"],
    "callers_text_never_holds_the_host",
    "work_pool",
  ),
  security(
    "A program reaches no module of Node's",
    ["if (isOfTheWeb(specifier)) return", "if (specifier) return"],
    "program_reaches_nothing_of_the_runtime",
    "realm",
  ),
  security(
    "A program is handed nothing of the runtime",
    ["  freeze(Function.prototype);\n", ""],
    "program_is_handed_nothing_that_passes",
  ),
  security(
    "Who came upon the core",
    ["  for (const name of UNUSED) defineProperty(core, name, { value: refused });\n", ""],
    "realm",
  ),
  security(
    "A handle of the runtime's",
    [DISARMED, DISARMED.replace("await disarmRuntime();", "").replace(DISARM_CORE, "")],
    "program_has_no_native_way_out",
  ),
  security(
    "Attempts beyond the rights",
    [
      "const { region, place } = this.#spotOf(value);",
      'const { region, place } = { region: "", place: "" };',
    ],
    "attempts_cannot_be_forged",
    "escape_attempts",
    "permissions",
  ),
  security(
    "A program cannot choose its outcome",
    [
      "const hasMany = (sample.openFiles ?? limits.openFiles) >= limits.openFiles / 2;",
      "const hasMany = sample.openFiles !== undefined && limits.openFiles > 0;",
    ],
    "program_cannot_choose_its_outcome",
  ),
  security(
    "Folders stay in their place",
    ['if (drafts !== undefined && !is("isDirectory", drafts)) throw replaced("skills");', ""],
    "folders_stay_in_their_place",
  ),
  security(
    "The quota counts what is open",
    ["drafted.bytes + (unlinked?.bytes ?? 0),", "drafted.bytes,"],
    "what_is_open_counts_as_written",
  ),
  security(
    "A terminal obeys nothing",
    ['return text.replace(MISLEADING, "\\ufffd");', "return MISLEADING.global ? text : text;"],
    "terminal_is_given_no_control_signs",
  ),
  security(
    "Nobody takes the CPU of others",
    [
      'return place.burns && this.#principals.isOver(principal) ? "principal_over" : "fits";',
      'return "fits";',
    ],
    "nobody_takes_the_cpu_of_others",
    "cpu_shares",
    "limits",
  ),
  security(
    "Temporary files stay in the",
    [
      "    TMPDIR: skills,\n    SQLITE_TMPDIR: skills,",
      '    TMPDIR: "/tmp",\n    SQLITE_TMPDIR: "/tmp",',
    ],
    "temporary_files_stay_in_the_run_directory",
  ),
  security(
    "What a tool does is decided in one place",
    [
      "const isBelied = annotated !== undefined && named?.isPlain === true &&",
      "const isBelied = annotated === null && named?.isPlain === true &&",
    ],
    "lying_tool_is_what_it_does",
  ),
  security(
    "A `read_only` run changes no file",
    ['if (runDir.targets.access === "read") return socketOf(address);', ""],
    "read_only_run_writes_no_file",
  ),
  security(
    "A person approves only what was shown whole",
    [
      "const isHidden = UNSEEN.test(sign) || LOOK_ALIKE_SIGNS.has(sign) ||",
      "const isHidden = LOOK_ALIKE_SIGNS.has(sign) ||",
    ],
    "what_a_person_approves_is_all_there",
  ),
  security(
    "Masked parts of a program that a person approves",
    ["if (value.done || start < value.value[0]) return start;", ""],
    "nothing_of_code_is_masked_and_approved",
  ),
  security(
    "Words of a tool that give a model orders",
    [
      "function messagesOf(tool: Tool): string[] {",
      "function messagesOf(tool: Tool): string[] {\n  if (tool !== null) return [];",
    ],
    "poisoned_tool_words_reach_no_model",
  ),
  {
    promises: ["A program's arguments and a server's answers", "No question of a program"],
    text: "const SLICE_MS = 3;",
    replacement: "const SLICE_MS = 3_000;",
    tests: [
      "a_large_argument_never_holds_the_host_test.ts",
      "questions_never_hold_the_host_test.ts",
    ],
  },
  security(
    "A worker's frames can end its own run",
    [
      '[FRAME.value, { ...given, bytes: callBytes, limit: "callBytes" }],',
      '[FRAME.value, { depth: 1e9, nodes: 1e9, bytes: callBytes, limit: "callBytes" }],',
    ],
    "frames_end_their_own_run_and_nothing_else",
  ),
  security(
    "What a run says is masked in turns",
    [
      "const masked = await privacy.maskLongText(text, context);\n    await keepTokens();",
      "const masked = await privacy.maskLongText(text, context);",
    ],
    "create_run_privacy",
  ),
  security(
    "Nobody waits for what the privacy log",
    [
      "const queue = this.#queues.get(principal) ?? this.#open(principal);",
      'const queue = this.#queues.get("") ?? this.#open("");',
    ],
    "audit_log",
  ),
  security(
    "Masking a value has a time",
    [
      "const deadline = performance.now() + Math.max(limits.timeoutMs, MIN_SHAPING_MS);",
      "const deadline = Infinity;",
    ],
    "shape_result",
  ),
  security(
    "A body or a message of many values",
    ["onChunk(read.value);", ""],
    "answers",
  ),
  {
    promises: ["Each limit holds", "A run at its limit disturbs no other"],
    text: 'if (limit !== undefined) stop({ kind: "over_limit", limit });',
    replacement: "",
    tests: ["limits_test.ts"],
  },
  security(
    "No link and no special file",
    ['if (isSymlink) return "a symbolic link";', "if (isSymlink) return undefined;"],
    "planted_links",
  ),
  security(
    "A program cannot put another folder",
    [': is("isSymlink", workspaceLink);', ": workspaceLink.length > 0;"],
    "planted_links",
  ),
  security(
    "What a program tried beyond its rights",
    [
      "usage: usageOf(sample, cpu), attempts: worker.attempts.list() };",
      "usage: usageOf(sample, cpu), attempts: [] };",
    ],
    "escape_attempts",
    "tier",
  ),
  security(
    "No attack program gets out",
    ["`--allow-read=${joinPaths(readable(options))}`", '"--allow-read"'],
    "attack_corpus",
  ),
  security(
    "A server from npm",
    ['...allow("read", read.map(absolute)),', '"--allow-read",'],
    "npm_servers",
  ),
  security(
    "Nothing is left behind",
    ["this.#write(`add ${pgid}\\n`);", ""],
    "sudden_death",
    "start_reaper",
  ),
  security(
    "No path of the host in a result",
    ["hidden = hidden.replaceAll(`file://${path}`, shown).replaceAll(path, shown);", ""],
    "redactor",
  ),
  security(
    "Nobody speaks MCP to the gateway",
    [
      "const foreign = origin !== undefined && origin !== `http://${target}`;",
      "const foreign = false;",
    ],
    "mcp_endpoint",
    "answers",
  ),
  security(
    "Nobody without a token ends the gateway",
    ["if (this.#anonymous.size >= this.#maxAnonymous) this.dropAnonymous();", ""],
    "stranger_cannot_hold_the_gateway",
    "connections",
  ),
  security(
    "A gateway without descriptors",
    ["spare = await takeOrRefuse(listener, take);\n      continue;", "break;"],
    "stranger_cannot_hold_the_gateway",
    "connections",
    "listen_http",
  ),
  security(
    "A principal's connections, MCP sessions",
    [
      "if (session === undefined || session.owner !== owner) {",
      "if (session === undefined) {",
    ],
    "mcp_sessions",
  ),
  security(
    "A damaged audit database",
    [
      "tell(0, `what follows entry ${seen.last.seq} cannot be read: ${(error as Error).message}`);",
      "if (error === undefined) throw error;",
    ],
    "command_line",
    "verify_log",
  ),
  security(
    "Another principal's run",
    [
      "if (stored === undefined || !canAccess(asker, principalOf(stored))) return undefined;",
      "if (stored === undefined) return undefined;",
    ],
    "run_belongs_to_its_principal",
  ),
  security(
    "A run that waits goes on with the right",
    ["? leastPermission([permission, configured?.permission, own?.permission])", "? permission"],
    "waiting_run_has_its_principals_present_right",
  ),
  security(
    "No seeded value",
    [
      "maskResult: (result) => mask(result, context),",
      "maskResult: (result) => Promise.resolve(result),",
    ],
    "no_seeded_value_leaks",
  ),
  security(
    "All that leaves a run is masked",
    ["maskOutbound: (text) => soon(text, OUT),", "maskOutbound: (text) => Promise.resolve(text),"],
    "everything_that_leaves_is_masked",
  ),
  security(
    "Token-shaped text from outside",
    [
      "for (const { start, end } of findTokens(text, { kinds })) {",
      "for (const { start, end } of findTokens(text, { kinds }).slice(0, 0)) {",
    ],
    "forged_token_never_resolves",
  ),
  security(
    "A value that contains a token",
    [
      'return [...parts, ...pieces, text.slice(end)].join("");',
      'return String(yield* this.#restoreText([...parts, ...pieces, text.slice(end)].join(""), way));',
    ],
    "value_containing_a_token_is_not_expanded",
  ),
  security(
    "`[EMAIL_1…]` and",
    [
      "this.#byToken.set(entry.token, entry);",
      'this.#byToken.set(entry.token.replace(/_(\\d)\\d*_/, "_$1_"), entry);',
    ],
    "tokens_with_a_common_beginning_never_collide",
  ),
  security(
    "Sessions never mix",
    [
      "const entry = vault.get(place.token);",
      "const entry = vault.get(place.token.replace(place.nonce, vault.nonce));",
    ],
    "token_of_another_session_is_an_error",
    "interleaved_sessions_never_mix",
  ),
  security(
    "Secrets and national ids",
    ["return this.#staysHome(flow.kind)\n", 'return flow.kind === ""\n'],
    "secrets_never_cross_servers",
  ),
  security(
    "A token in SQL, shell",
    [`? undefined : value.replaceAll("'", "''");`, "? undefined : value;"],
    "embedded_token_never_changes_a_command",
  ),
  security(
    "Masking twice changes nothing",
    ["if (index < end && index + token.length > end) end = index;", ""],
    "truncation_cuts_no_token",
  ),
  security(
    "Quotes, backslashes and Unicode",
    [
      'return typeof value === "string" ? JSON.stringify(value) : String(value);',
      'return typeof value === "string" ? `"${value}"` : String(value);',
    ],
    "quotes_backslashes_and_unicode_survive",
  ),
  security(
    "A detector that fails or is late",
    [
      'if (typeof findings === "string") leaf.rule = findings;',
      'if (typeof findings === "string") leaf.findings = [];',
    ],
    "failing_detector_withholds_the_value",
    "hostile_text_never_stalls_the_host",
  ),
  security(
    "The audit holds no value",
    [
      "const isTrue = parts % MARKS === place && timingSafeEqual(mark, this.#mark(parts));",
      "const isTrue = parts % MARKS === place && mark.length > 0;",
    ],
    "sealed_vault_shows_every_change",
  ),
  security(
    "A run without a session keeps",
    ["await this.#runVaults.destroy(runId)", "await Promise.resolve(runId)"],
    "run_without_session_outlives_its_host",
  ),
];
