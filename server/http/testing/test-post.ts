import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const smtpServers: SMTPServer[] = [];

/** For `afterEach`, after the servers that send. */
export async function closePosts(): Promise<void> {
  await Promise.all(smtpServers.splice(0).map((smtp) => new Promise<void>((resolve) => smtp.close(resolve))));
}

export interface Post {
  readonly url: string;
  /** The digits of the next mail to this address. */
  next(to: string): Promise<string>;
  /** The subject of the next mail, to this address. */
  subject(to: string): Promise<string>;
  readonly count: () => number;
}

/** A real SMTP server. */
export async function openPost(): Promise<Post> {
  const mails: { readonly to: string; readonly text: string }[] = [];
  let arrived = (): void => undefined;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => void parts.push(part));
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo[0]?.address ?? '', text: Buffer.concat(parts).toString() });
        done();
        arrived();
      });
    },
  });
  smtpServers.push(smtp);
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  let taken = 0;
  const subject = async (to: string): Promise<string> => {
    while (mails.length <= taken) await new Promise<void>((resolve) => (arrived = resolve));
    const mail = mails[taken++];
    if (mail?.to !== to) throw new Error(`expected mail to ${to}, got one to ${mail?.to}`);
    return /^Subject: ([^\r\n]*(?:\r?\n [^\r\n]*)*)/m.exec(mail.text)?.[1]?.replaceAll(/\r?\n /g, ' ') ?? '';
  };
  return {
    url: `smtp://127.0.0.1:${port}`,
    count: () => mails.length,
    subject,
    next: async (to) => /^(\d{6}) /.exec(await subject(to))?.[1] ?? 'no code',
  };
}
