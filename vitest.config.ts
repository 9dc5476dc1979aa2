import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long, the longest first: begun first, they do not hold up the end. */
const slow = [
  ...['outages', 'killed', 'elasticsearch_writer', 'retention_store', 'archive', 'store_contract', 'same_documents', 'erase_store'],
  ...['cli_cluster', 'retention_command', 'store_messages', 'mappings', 'folding', 'browser', 'probe', 'import_crash'],
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? slow.length : at;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/setup.ts'],
    sequence: { sequencer: SlowFirst },
    // Many of them wait for servers that are killed, or for locks that run out; on two cores vitest would run one file at a time.
    maxWorkers: 4,
    // A process for each file would load the same modules a hundred times. So no test may change what is the process's own:
    // its environment, its folder, a module.
    isolate: false,
    // For a machine that is busy with other things; whoever hangs is found all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
