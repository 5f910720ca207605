import { createTransport } from 'nodemailer';

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
    const transport = createTransport(smtpUrl, { from });
    return { isOpen: true, send: async (mail) => void (await transport.sendMail(mail)) };
  }
  if (isProduction) return { isOpen: false, send: () => Promise.reject(new Error('no SMTP server is set')) };
  return {
    isOpen: true,
    send: async ({ to, text }) => say(`No SMTP_URL is set: mail to ${to}: ${text.replaceAll(/\s+/g, ' ')}`),
  };
}
