/** What a command of the command line speaks to, so that tests can listen. */
export interface Terminal {
  /** The result, on stdout; with `--json` nothing but one JSON value may be written here. */
  out: (text: string) => void;
  /** The story on the way and the failures, on stderr. */
  err: (text: string) => void;
  env: NodeJS.ProcessEnv;
}

/** A failure that the person at the console can mend: one readable sentence with the remedy. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /** Stable, for scripts that read `--json`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Writes one JSON value, indented for people. */
export function outJson(terminal: Terminal, value: unknown): void {
  terminal.out(JSON.stringify(value, null, 2));
}
