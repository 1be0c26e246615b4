#!/usr/bin/env node
import { ensureInstalled } from './install.mjs';
import { allowTypeScript } from './typescript.mjs';

if (await ensureInstalled()) {
  await allowTypeScript();
  const { main } = await import('./cli.ts');
  await main(process.argv);
} else process.exitCode = 1;
