/** What a family sees by the code on its paper, and the door to it: for a small screen, without a script. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { FamilyView } from '../contracts/http/family-view.js';
import { dayInWords } from '../contracts/messages/wording.js';
import { Frame, type Reader } from './page.js';
import { localEnd } from './wording.js';

function addressFor({ language }: Reader, path: string): string {
  return `${path}?lang=${language}`;
}

/** @param refused what the try before has come to */
export function FamilyDoorPage({ reader, refused }: { reader: Reader; refused?: string | undefined }): VNode {
  const { familyView: words } = reader.text;
  return (
    <Frame reader={reader} title={words.title}>
      <p>{words.intro}</p>
      {refused === undefined ? null : (
        <p class="late" role="alert">
          {refused}
        </p>
      )}
      <form method="post" action={addressFor(reader, '/family')}>
        <p>
          <label>
            {words.code}
            <br />
            <input name="code" required maxLength={40} autocomplete="off" autocapitalize="characters" spellcheck={false} />
          </label>
        </p>
        <p>
          <button>{words.open}</button>
        </p>
      </form>
      <p class="soft">{words.codeHint}</p>
    </Frame>
  );
}

export function FamilyPage({ reader, view }: { reader: Reader; view: z.input<typeof FamilyView> }): VNode {
  const { familyView: words } = reader.text;
  const { stageText, next, measures, rights, complaint } = view;
  return (
    <Frame reader={reader} title={words.title}>
      <h2>{words.whereItStands}</h2>
      <p>{stageText}</p>
      {next === undefined ? null : <p>{`${words.next}: ${next.what}, ${localEnd(next.until)}`}</p>}
      <h2>{words.measures}</h2>
      {measures.length === 0 ? <p>{words.noMeasures}</p> : null}
      <ul class="plain">
        {measures.map(({ support, organisation, dueOn, statusText }) => (
          <li>
            <strong>{support}</strong>
            {organisation === undefined ? null : (
              <>
                <br />
                {organisation}
              </>
            )}
            <br />
            <span class="soft">{`${statusText}, ${dayInWords(dueOn, reader.language)}`}</span>
          </li>
        ))}
      </ul>
      <h2>{words.rightsTitle}</h2>
      <ul>
        {rights.map((right) => (
          <li>{right}</li>
        ))}
      </ul>
      <h2>{words.complaintTitle}</h2>
      <p>{complaint}</p>
      <form method="post" action={addressFor(reader, '/family/leave')}>
        <button>{words.leave}</button>
      </form>
    </Frame>
  );
}
