/** Before somebody is signed in, and after. */
import type { VNode } from 'preact';
import { Frame, type Reader } from './page.js';

/** The door of a development machine whose switch lets published tokens in. */
export function SignInPage({ reader, wrong }: { reader: Reader; wrong: boolean }): VNode {
  const { words } = reader;
  return (
    <Frame reader={reader} title={words.signIn}>
      <form method="post" action="/console/sign-in">
        <p>
          <label>
            {words.accessKey} <input name="key" type="password" autocomplete="current-password" required autofocus />
          </label>{' '}
          <button>{words.signIn}</button>
        </p>
        {wrong ? <p class="late">{words.accessKeyWrong}</p> : null}
        <p class="soft">{words.signInHint}</p>
      </form>
    </Frame>
  );
}

export function SignedOutPage({ reader }: { reader: Reader }): VNode {
  const { words } = reader;
  return (
    <Frame reader={reader} title={words.signedOut}>
      <p>{words.signedOutHint}</p>
      <p>
        <a href="/console/sign-in">{words.signIn}</a>
      </p>
    </Frame>
  );
}

export function NotFoundPage({ reader, sentence, signIn }: { reader: Reader; sentence: string; signIn?: string | undefined }): VNode {
  return (
    <Frame reader={reader} title={reader.words.product}>
      <p>{sentence}</p>
      {signIn === undefined ? null : (
        <p>
          <a href={signIn}>{reader.words.signIn}</a>
        </p>
      )}
    </Frame>
  );
}
