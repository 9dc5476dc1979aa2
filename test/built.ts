/** The command line as a process of its own, built from what is being tested. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { alone } from '../bin/ready/alone.js';
import { ready } from '../bin/ready.js';

const root = join(import.meta.dirname, '..');

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error has this in it, or the process has ended. */
  says(text: string | RegExp): Promise<void>;
}

export class Built {
  readonly folder = mkdtempSync(join(tmpdir(), 'postscope-built-'));

  /** Compiles only where the checkout's own build is not of these sources; a copy stays as it is while somebody builds anew. */
  constructor() {
    ready();
    const filter = (path: string) => !/^\.|\.map$/.test(basename(path));
    alone(() => cpSync(join(root, 'dist'), this.folder, { recursive: true, filter }));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    copyFileSync(join(root, 'package.json'), join(this.folder, 'package.json'));
  }

  /** Runs a script, given as text, with the folder of the build as its working directory. */
  script(text: string, args: readonly string[] = []): Running {
    return this.start(['--input-type=module', '-e', text, '--', ...args]);
  }

  postscope(...args: string[]): Running {
    const text = `import { main, processIo } from './cli/main.js'; process.exitCode = await main(process.argv.slice(1), processIo());`;
    return this.script(text, args);
  }

  private start(args: readonly string[]): Running {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, INIT_CWD: this.folder, NO_COLOR: '1', TZ: 'UTC' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code, signal) => resolve({ code: code ?? signal ?? '', stdout, stderr }));
    });
    const says = (text: string | RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (typeof text === 'string' ? stderr.includes(text) : text.test(stderr)) resolve();
        };
        child.stderr.on('data', look);
        child.on('close', () => resolve());
        look();
      });
    return { process: child, ended, says };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
