/**
 * The skills that Airlock is shipped with, and the id that git gives each folder as it was shipped:
 * such a one is approved for all, and one that was changed since is not.
 */
export const PUBLIC_SKILLS: Readonly<Record<string, string>> = {
  "bulk-update": "0bf79fc6960bd933d1b3f1c7f03f91db4eabf930",
  "copy-document": "f691ed7b5bd04b45f0f04df51cdf8240f3be118a",
  "diff-rows": "81375eb75455a5766c1ee987eb59468c926ada8c",
  "export-rows-csv": "936c4ba85552dbcfab5c62bd5951524ee4e707b4",
  "group-rows": "164e9acaf3f740c574bdd646e3a7df17a3e3ad18",
  "poll-until": "836aab6b2d1cd43ebb29267c19207ee17e326b40",
};
