export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How messages leave. `closed`: there is no way, and nobody is asked to wait for one. */
export interface Mailer {
  readonly isOpen: boolean;
  send(mail: Mail): Promise<void>;
}

export interface MailSettings {
  /** `smtp://user:password@host:587`, or `smtps://…`. Nothing: no mail is sent. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  readonly isProduction: boolean;
}

/** Through SMTP if it is set. Otherwise in development onto the console, and in production not at all. */
export function openMailer({ smtpUrl, from, isProduction }: MailSettings, say: (line: string) => void): Mailer {
  if (smtpUrl !== undefined) {
    // Loaded with the first mail: a start does not wait for it.
    const transport = once(async () => (await import('nodemailer')).createTransport(smtpUrl, { from }));
    return { isOpen: true, send: async (mail) => void (await (await transport()).sendMail(mail)) };
  }
  if (isProduction) return { isOpen: false, send: () => Promise.reject(new Error('no SMTP server is set')) };
  return {
    isOpen: true,
    send: async ({ to, text }) => say(`No SMTP_URL is set: mail to ${to}: ${text.replaceAll(/\s+/g, ' ')}`),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
