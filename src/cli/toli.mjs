#!/usr/bin/env node
import { ensureInstalled } from '../main/install.mjs';
import { allowTypeScript } from '../main/typescript.mjs';

if (await ensureInstalled()) {
  await allowTypeScript();
  const { main } = await import('./program.ts');
  await main(process.argv);
} else process.exitCode = 1;
