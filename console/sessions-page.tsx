/** Where else the reader is signed in, and the end of it. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { OwnSessions } from '../contracts/http/sessions.js';
import { Frame, type Reader } from './page.js';
import { localTime } from './wording.js';

export function SessionsPage({ reader, sessions }: { reader: Reader; sessions: z.input<typeof OwnSessions> }): VNode {
  const { words } = reader;
  const others = sessions.items.filter(({ sessionId }) => sessionId !== reader.session);
  return (
    <Frame reader={reader} title={words.sessions}>
      <p class="soft">{words.sessionsHint}</p>
      {sessions.items.map(({ sessionId, createdAt, lastSeenAt, endsAt }) => (
        <section>
          <p>
            {`${words.sessionBegan} ${localTime(createdAt)}, ${words.sessionSeen} ${localTime(lastSeenAt)}, ${words.until.replace('{date}', localTime(endsAt))}`}
            {sessionId === reader.session ? <strong>{` ${words.sessionThis}`}</strong> : null}
          </p>
          {sessionId === reader.session ? null : <EndForm name="session" value={sessionId} label={words.sessionEnd} />}
        </section>
      ))}
      {others.length === 0 ? null : <EndForm name="session" value="others" label={words.sessionEndOthers} />}
    </Frame>
  );
}

function EndForm({ name, value, label }: { name: string; value: string; label: string }): VNode {
  return (
    <form method="post" action="/console/sessions/end">
      <button name={name} value={value}>
        {label}
      </button>
    </form>
  );
}
