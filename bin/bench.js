#!/usr/bin/env node
// `npm run bench`: how fast it is, beside pflogsumm on the same log in the same run. What it measures: bench/README.md.
import { ready } from './ready.js';

ready();
const { main } = await import('../dist/bench/main.js');
process.exitCode = await main(process.argv.slice(2));
