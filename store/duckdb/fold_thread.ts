/** The thread on which messages are made of lines while others are read (fold_beside.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Asked, Start } from './fold_beside.js';
import { LiveFold } from './live_fold.js';

const { folder, commitMessages } = workerData as Start;
const fold = new LiveFold(folder, commitMessages);

function answer(given: Answer, ...buffers: ArrayBufferLike[]): void {
  parentPort?.postMessage(given, buffers as ArrayBuffer[]);
}

parentPort?.on('message', (asked: Asked) => {
  switch (asked.is) {
    case 'lines':
      fold.add(asked.packet);
      answer(
        { is: 'taken', room: { bytes: asked.packet.bytes, numbers: asked.packet.numbers } },
        asked.packet.bytes.buffer,
        asked.packet.numbers.buffer,
      );
      break;
    case 'cut':
      answer({ is: 'rows', rows: fold.cut() });
      break;
    case 'finish':
      answer({ is: 'rows', rows: fold.finish() });
      break;
  }
});
