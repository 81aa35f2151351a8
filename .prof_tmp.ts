import { createDoor } from "./src/privacy/door.ts";
import { Protection } from "./src/privacy/protection.ts";
import { privacySettings } from "./src/privacy/settings.ts";
import { Vault } from "./src/privacy/vault/vault.ts";
import names from "./src/privacy/find/names.json" with { type: "json" };
const n = Number(Deno.args[0]);
const mode = Deno.args[1] ?? "rows";
let seed = 1; const rnd = (k:number) => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0, Math.floor(seed / 2**32 * k));
const syl = ["an","bel","cor","dan","el","fri","gus","han","il","jo","kat","lor","mar","nor","ot","pet","ros","sim","tor","ul"];
const word = () => { const w = syl[rnd(20)]! + syl[rnd(20)] + syl[rnd(20)]; return w[0]!.toUpperCase() + w.slice(1); };
const F = Array.from({length:300}, word), L = Array.from({length:1000}, word);
const make: Record<string, () => unknown> = {
  few: () => Array.from({length:n},(_, i)=>({name:`${["Anna","Bert"][i%2]} Miller`, email:`user${i}@example.com`})),
  many: () => Array.from({length:n},(_, i)=>{ const f=F[rnd(300)]!, l=L[rnd(1000)]!; return {name:`${f} ${l}`, email:`${f}.${l}@example.com`.toLowerCase()}}),
  manynum: () => Array.from({length:n},(_, i)=>{ const f=F[rnd(300)]!, l=L[rnd(1000)]!; return {name:`${f} ${l}`, email:`${f}.${l}${i}@example.com`.toLowerCase()}}),
  personi: () => Array.from({length:n},(_, i)=>({name:`Person ${i}`, email:`person${i}@example.com`})),
  pi: () => Array.from({length:n},(_, i)=>({name:`Person${i} Last${i}`, email:`p${i}@example.com`})),
  ann: () => Array.from({length:n},(_, i)=>({name:`Ann Lee${i}`, email:`ann${i}@example.com`})),
  uniq: () => Array.from({length:n},(_, i)=>({name:`${word()} ${word()}`, email:`${word()}${i}@${word()}.com`})),
  keys: () => Object.fromEntries(Array.from({length:n},(_, i)=>[`k${i}`, i])),
  json: () => JSON.stringify(make.manynum!()),
  csv: () => (make.manynum!() as any[]).map(r=>`${r.name},${r.email}`).join('\n'),
  prose: () => (make.manynum!() as any[]).map(r=>`${r.name} <${r.email}>`),
  both: () => { const a = make.manynum!() as any[]; return [a, a.map(r=>`${r.name},${r.email}`).join('\n')] },
  both2: () => { const a = make.manynum!() as any[]; return [a, a.map(r=>`Dear ${r.name}, hi`)] },
  hex: () => Array.from({length:n},(_, i)=>({name:`${F[rnd(300)]} ${L[rnd(1000)]}`, email:`${Array.from({length:8},()=>rnd(36).toString(36)).join('')}@example.com`})),
  same: () => Array.from({length:n},(_, i)=>({name:`Maria ${'ABCDEFGHIJ'[i%10]}. ${['May','Rose'][i%2]}`, email:`${'abcdefghij'[i%10]}${i%10}${'abcdefghij'[i/10%10|0]}${i/100%10|0}${'abcdefghij'[i/1000%10|0]}${i/10000|0}@a.com`})),
  ids: () => Array.from({length:n},(_, i)=>({id:i, name:`${F[i%300]} ${L[i%1000]}`, email:`${i}@example.com`, phone:`+1 202 555 ${String(i%10000).padStart(4,"0")}`})),
};
const settings = privacySettings.parse({});
for (const m of mode === "all" ? Object.keys(make) : [mode]) {
const value = make[m]!();
const door = createDoor({ protection: new Protection(settings), vault: new Vault({session:"s", nonce:"k7q"}),  });
const t=performance.now();
const out = Deno.args[2]==="off" ? await door.mask(value,{direction:"out"}) : door.maskNow(value,{direction:"out"});
console.log(n, m, Math.round(performance.now()-t), JSON.stringify(out).slice(0,120));
}
