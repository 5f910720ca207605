/** What changed of the ways in to an account. */
export type WaysNews = 'passkey_added' | 'passkey_removed' | 'email_replaced' | 'email_removed' | 'key_created';

const SENTENCES: Readonly<Record<WaysNews, string>> = {
  passkey_added: 'A passkey was added to your ZeusDrive account.',
  passkey_removed: 'A passkey was removed from your ZeusDrive account.',
  email_replaced: 'Another address took the place of this one in your ZeusDrive account.',
  email_removed: 'This address is no way in to your ZeusDrive account any more.',
  key_created: 'A key for scripts was made in your ZeusDrive account.',
};

/** The mail that says so, to the address that was the way in before: it has the owner, whoever has the phone. */
export const newsMail = (news: WaysNews): { readonly subject: string; readonly text: string } => ({
  subject: SENTENCES[news].replace(/\.$/, ''),
  text: [
    SENTENCES[news],
    'Was it you? Then there is nothing to do.',
    'It was not? Sign in, open Settings, Account, sign out everywhere else and remove what you do not know. If you cannot sign in any more, write to us.',
  ].join('\n\n'),
});
