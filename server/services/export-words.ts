/** The first lines of an export: for a person who opens it in any editor. */
export const READ_ME: readonly string[] = [
  'This is everything ZeusDrive stores about you. It is for you: keep it, read it, or give it to a program.',
  'inShort is the account at a glance. whatEachPartIs says what each part of tables is, whatEachColumnIs (at the end) what each word in a row stands for.',
  'Times are in UTC, and end in Z. Money is in micro-dollars: 50000 micro-dollars are $0.05. Bytes are in base64.',
  'A request of yours stands under job, with what you asked (request) and what came back (answered).',
  'What your phones did for others stands under exchange, one row a message; what it moved, under transfer and entry.',
  'auditLog, at the end, is what our log of acts tells of you: your sign-ins, consents and keys, and what an admin did to your account.',
  'Left out is only which pieces of work we check, and bytes that mean something to the server alone.',
];

/** What a table is, in plain words. */
export const TABLE_WORDS: Readonly<Record<string, string>> = {
  account: 'Your account: your name, your role, when you came.',
  auth_user: 'How you sign in: your email address, if you gave one.',
  auth_session: 'Where you are signed in: the browser’s name, since when, until when.',
  auth_passkey: 'Your passkeys.',
  api_key: 'Your keys for scripts.',
  role_change: 'Changes of your role.',
  policy_change: 'Changes of the programme’s numbers that you proposed or decided on (admins).',
  programme: 'Turnings on and off of the programme that were yours (admins).',
  invite: 'The invite you came in by.',
  device: 'Your phones that lend: a key, cores, speed, and today’s counts.',
  consent: 'What you agreed to or took back: when, which version, for what.',
  job: 'What you asked, and the answers.',
  round: 'The rounds in which your requests were computed.',
  block: 'The pieces your requests were cut into.',
  result: 'Results your phones handed in that are still needed.',
  vote: 'Copies your phones computed beside others.',
  exchange: 'What your phones computed: one row a message, with its credit and where that stands.',
  evidence: 'Findings about your phones’ work, and your appeals.',
  transfer: 'Every movement of your credits, with its cause.',
  entry: 'The two sides of each movement that are yours.',
  adjustment: 'Corrections of your credits by hand, each with its reason.',
  feedback: 'What you wrote to us.',
  balance: 'Your credits now: pending and available (posted).',
};
