#!/usr/bin/env node
// The command. A fresh checkout is made ready first, so that `npx postscope` works before `npm start` was ever called.
import { ready } from './ready.js';

ready();
const { main, processIo } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2), processIo());
