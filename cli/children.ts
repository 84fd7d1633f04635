import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends what this process has started, and what that has started, as Ctrl-C in a terminal does: `az` is a script that starts
 * Python. What has a process group of its own, such as a browser, stays. Only Linux has the table of processes as files.
 */
export function endChildren(): void {
  if (process.platform !== 'linux' || !process.getActiveResourcesInfo().includes('ProcessWrap')) return;
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(processOf);
  const group = all.find(({ pid }) => pid === process.pid)?.group;
  const endBelow = (parent: number) => {
    for (const child of all.filter((each) => each.parent === parent && each.group === group)) {
      end(child.pid);
      endBelow(child.pid);
    }
  };
  endBelow(process.pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in brackets, may hold anything. */
function processOf(pid: string) {
  const stat = textOf(`/proc/${pid}/stat`);
  const [, parent, group] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { pid: Number(pid), parent, group };
}

/** Many a process has ended by the time that it is looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended, too.
  }
}
