export const HELP = `npm run -s zeus -- COMMAND

  submit KIND FILE   ask for something. KIND: route-plan. FILE: CSV (lat,lon or x,y), JSON or TSPLIB; - reads standard input
      --placement auto|phone|pool   where it runs; auto: here if it is small, else the pool
      --wait                        until it is answered, with progress on stderr
      --json                        last line {jobId,state,answer,units,waitMs}
      --key KEY                     the same key and request never make two jobs
  jobs               my jobs, newest first, and which answers were updated
  invite             a link that lets one person in
      --role driver|tester|admin
  admin-token        a link that makes one person an admin, good once, for 30 minutes
  audit              how much of what phones hand in can be checked, and how busy that is
  audit verify       is every record of the audit log as it was written? Else the place of the first that is not
      and did no phone get work after it withdrew, by the database beside it? A server may run meanwhile; --json
      --head N:HASH                 a head noted down earlier has to lie in this log
  audit show         the audit log, one record a line
      --since DATE --action NAME --actor ACCOUNT --json
  audit rotate-key   seals the audit log under a new key from now on
  flags              accounts that do most of each other's work
  feedback           what people wrote to us, newest first
  adjust             credits adjusted by hand, newest first
  adjust --account N --give|--take DOLLARS --reason TEXT   gives or takes some; above $50 a day, another admin has to approve
      --key KEY                     the same key never books twice
  waiting            roles, policy and adjustments that wait for a second person
  approve|reject role|policy|adjustment ID   decides on one of them: the console is a person, too
  ledger verify      does every balance equal the sum of its entries?
  manifest key --out FILE   makes a key that signs kernels, and prints its public half (KERNEL_KEY=…)
  manifest sign --key FILE  signs this checkout's kernels, where the server reads it; --out FILE for elsewhere
  manifest show             verifies and prints it; --file FILE, --json
  help               this

  --server URL       another server than http://127.0.0.1:8787; also by PORT
  DATA_DIR           where the server keeps its data, and the token of this command, good on this machine; ZEUS_TOKEN is another one

Exits with 0, or with 1 and one sentence on stderr.
`;
