/** Hides who wrote to whom in each batch before a queue has it: what a shipper sends leaves the machine. */
import type { HiddenText, TextHider } from '../postfix/privacy/text.js';
import type { BatchSender, LineBatch, Sent } from '../queue/port.js';

export class PrivateSender implements BatchSender {
  constructor(
    private readonly sender: BatchSender,
    private readonly hider: TextHider,
  ) {}

  send(batch: LineBatch): Promise<Sent> {
    const { before, ...rest } = batch;
    const { hider } = this;
    const { bytes, lengths } = hider.hide(batch.bytes);
    let hidden: HiddenText | undefined;
    return this.sender.send({
      ...rest,
      bytes,
      // Of a line without end, only the head is here.
      ...(batch.cut ? {} : { lengths }),
      // Within one process, only the first batch of a source is asked for it.
      get before() {
        hidden ??= hider.hide(before);
        return hidden.bytes;
      },
    });
  }
}
