// A thread starts as plain JavaScript: the loader of TypeScript has to be registered in each thread anew.
import { register } from 'tsx/esm/api';

register();
await import('./compute-thread.ts');
