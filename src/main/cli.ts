import { runTerminalChat } from '#channels/terminal/chat';
import type { CliContext } from '#cli/context';
import { runProgram } from '#cli/run';
import { connectDatabase } from '#lib/database-connect';
import { readEnv } from '#lib/env';
import { boot } from './boot.ts';
import { loadEnvFile } from './env-file.ts';
import { explainFailure } from './failure.ts';
import './all-models.ts';

/** Runs the `toli` command. Progress and errors go to standard error, results to standard output. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await runProgram(context(), argv, (error) => progress(explainFailure(error)));
}

const progress = (line: string) => process.stderr.write(`${line}\n`);

function context(): CliContext {
  return {
    withDeps: async (work) => {
      loadEnvFile();
      const booted = await boot(readEnv(), { onProgress: progress, background: false });
      try {
        return await work(booted.deps);
      } finally {
        await booted.close();
      }
    },
    connect: async () => {
      loadEnvFile();
      const env = readEnv();
      return connectDatabase({ uri: env.MONGODB_URI, dataDir: env.DATA_DIR, onProgress: progress });
    },
    print: (result, lines, { json }) => {
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${lines.join('\n')}\n`);
    },
    terminalChat: runTerminalChat,
  };
}
