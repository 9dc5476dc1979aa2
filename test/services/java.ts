/** A Java that Elasticsearch 9 starts with. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const needed = 21;

/** The folder of the newest JDK that is new enough; undefined where there is none. */
export function findJava(): string | undefined {
  const { ES_JAVA_HOME, JAVA_HOME } = process.env;
  const folders = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name)) : [];
  return [ES_JAVA_HOME, JAVA_HOME, ...folders]
    .flatMap((folder) => (folder ? [{ folder, version: versionOf(folder) }] : []))
    .filter(({ version }) => version >= needed)
    .sort((a, b) => b.version - a.version)[0]?.folder;
}

function versionOf(folder: string): number {
  if (!existsSync(join(folder, 'bin/java')) || !existsSync(join(folder, 'bin/jar'))) return 0;
  try {
    return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(folder, 'release'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
