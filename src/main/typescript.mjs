/** Lets this process import TypeScript, and the processes and workers that take over its `execArgv` too. */
export async function allowTypeScript() {
  const { register } = await import('tsx/esm/api');
  register();
  process.execArgv.push('--import', import.meta.resolve('tsx'));
}
