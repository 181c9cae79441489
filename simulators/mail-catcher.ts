/** Takes every mail and delivers none: development and tests read here what people would get. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Router, json } from 'express';
import { SMTPServer } from 'smtp-server';
import { MailBehaviour, type CaughtMail } from './control-protocol.js';
import { readMailText } from './mail-text.js';

export interface MailCatcher {
  /** `smtp://host:port`, without user and encryption. */
  readonly url: string;
  /** Routes below `/mail`. */
  routes: Router;
  reset(): void;
  stop(): Promise<void>;
}

/** @throws Error when a given port is taken */
export async function startMailCatcher(options: { host: string; port: number; onFault: (error: unknown) => void }): Promise<MailCatcher> {
  const box = { mails: [] as CaughtMail[], behaviour: MailBehaviour.parse({}) };
  const smtp = new SMTPServer({
    // Its certificate would be one that no client trusts: a client that may encrypt would fail.
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    closeTimeout: 100,
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map((recipient) => recipient.address);
      take(box, stream, to).then(() => done(), done);
    },
  });
  // Before it listens the caller gets the error; afterwards a broken connection is all that can come.
  let listening = false;
  smtp.on('error', (error) => {
    if (listening) options.onFault(error);
  });
  const server = smtp.listen(options.port, options.host);
  await once(server, 'listening');
  listening = true;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail catcher listens on no TCP port');
  return {
    url: `smtp://${options.host}:${address.port}`,
    routes: mailRoutes(box),
    reset() {
      box.mails = [];
      box.behaviour = MailBehaviour.parse({});
    },
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}

interface Box {
  mails: CaughtMail[];
  behaviour: MailBehaviour;
}

async function take(box: Box, stream: Readable, to: string[]): Promise<void> {
  const raw = await buffer(stream);
  if (box.behaviour.failNext > 0) {
    box.behaviour.failNext -= 1;
    throw Object.assign(new Error('Told to fail, try again later'), { responseCode: 451 });
  }
  box.mails.push({ to, ...readMailText(raw) });
}

function mailRoutes(box: Box): Router {
  const routes = Router();
  routes.get('/', (_req, res) => void res.json(box.mails));
  routes.delete('/', (_req, res) => {
    box.mails = [];
    res.status(204).end();
  });
  routes.put('/behaviour', json(), (req, res) => {
    box.behaviour = MailBehaviour.parse(req.body);
    res.json(box.behaviour);
  });
  return routes;
}
