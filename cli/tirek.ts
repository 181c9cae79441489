/** `npm run tirek -- <command>`: the command line. What a command does is in `commands/`. */
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { CalendarError } from '../domain/law/calendar.js';
import { addCalendarCommand } from './commands/calendar.js';
import { addClockCommand } from './commands/clock.js';
import { addCommandsCommand } from './commands/commands.js';
import { addDeadlineCommand } from './commands/deadline.js';
import { addDemoCommand } from './commands/demo.js';
import { addEraseCommand, addHoldCommand } from './commands/erase.js';
import { addFastForwardCommand } from './commands/fast-forward.js';
import { addLawCommand } from './commands/law.js';
import { addKeysCommand } from './commands/keys.js';
import { addSigningKeysCommand } from './commands/make-signing-keys.js';
import { addLedgerCommand } from './commands/ledger-verify.js';
import { addProposalsCommand } from './commands/proposals.js';
import { addResendCommand } from './commands/resend.js';
import { addRetentionCommand } from './commands/retention.js';
import { addRightsCommand } from './commands/rights.js';
import { addRulesCommand } from './commands/rules.js';
import { addSignCommand } from './commands/sign.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addTokenCommand } from './commands/token.js';
import { CommandFailure, outJson, type Terminal } from './commands/terminal.js';
import { addWhatIfCommand } from './commands/what-if.js';

/** Runs one command line (without the program's own name) and gives its exit code. */
export async function runTirek(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = args.includes('--json');
  let exitCode = 0;
  try {
    const program = programOf(terminal, json, (code) => (exitCode = code));
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(error, terminal, json);
  }
}

function programOf(terminal: Terminal, json: boolean, leave: (exitCode: number) => void): Command {
  const program = new Command('tirek')
    .description('Durable case engine of the Family Support Centers')
    .addHelpText('after', '\nFor --json write "npm run -s tirek -- ...": without -s npm puts lines of its own on stdout.')
    // An option belongs to the command that it follows: `resend` and `resend done` both have an --agency.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      // Told once, below, as a sentence or as JSON.
      outputError: () => undefined,
    });
  if (!json) program.configureHelp({ helpWidth: 100 });
  addDeadlineCommand(program, terminal);
  addCalendarCommand(program, terminal);
  addRightsCommand(program, terminal);
  addRulesCommand(program, terminal);
  addCommandsCommand(program, terminal);
  addWhatIfCommand(program, terminal);
  addSimulateCommand(program, terminal, leave);
  addLawCommand(program, terminal);
  addProposalsCommand(program, terminal);
  addLedgerCommand(program, terminal, leave);
  addSigningKeysCommand(program, terminal);
  addClockCommand(program, terminal);
  addResendCommand(program, terminal);
  addKeysCommand(program, terminal);
  addEraseCommand(program, terminal, leave);
  addHoldCommand(program, terminal);
  addRetentionCommand(program, terminal);
  addFastForwardCommand(program, terminal);
  addTokenCommand(program, terminal);
  addSignCommand(program, terminal);
  addDemoCommand(program, terminal, leave);
  return program;
}

function tellFailure(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { code, message } = failureOf(error);
  // Asking for nothing shows the help, which is the remedy itself.
  if (code === 'commander.help') return 1;
  if (json) outJson(terminal, { error: { code, message } });
  else terminal.err(message);
  if (code === 'defect' && error instanceof Error) terminal.err(error.stack ?? '');
  return 1;
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof CommandFailure || error instanceof CalendarError) return { code: error.code, message: error.message };
  if (error instanceof CommanderError) {
    if (error.code === 'commander.help') return { code: error.code, message: '' };
    const text = error.message.replace(/^error: /, '').replace(/\.$/, '');
    return { code: 'usage', message: `${text}: "npm run tirek -- help" shows how commands are written.` };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'defect', message: `This should not happen: ${message}` };
}

async function main(): Promise<void> {
  process.exitCode = await runTirek(process.argv.slice(2), {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    env: process.env,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
