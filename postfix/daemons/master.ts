/** master (src/master/). */
import type { Pattern } from '../pattern.js';

export const master: readonly Pattern[] = [
  // master/master.c, master_sig.c
  {
    action: 'started',
    text: 'daemon started -- version {version}, configuration {path}',
    samples: [
      'daemon started -- version 3.7.11, configuration /etc/postfix',
      'daemon started -- version 3.12-20260821, configuration /etc/postfix-out',
    ],
  },
  {
    action: 'reloaded',
    text: 'reload -- version {version}, configuration {path}',
    samples: ['reload -- version 3.7.11, configuration /etc/postfix'],
  },
  {
    action: 'stopping',
    text: 'terminating on signal {signal}',
    samples: ['terminating on signal 15'],
  },
  {
    action: 'stopping',
    text: 'master exit time has arrived',
    samples: ['master exit time has arrived'],
  },

  // master/master_spawn.c
  {
    action: 'child_exit',
    level: 'warning',
    text: 'process {path} pid {child_pid} exit status {exit_status}',
    samples: ['process /usr/lib/postfix/sbin/smtpd pid 12345 exit status 1'],
  },
  {
    action: 'child_killed',
    level: 'warning',
    text: 'process {path} pid {child_pid} killed by signal {signal}',
    samples: ['process /usr/lib/postfix/sbin/smtp pid 12345 killed by signal 11'],
  },
  {
    action: 'child_stopped',
    level: 'warning',
    text: 'process {path} pid {child_pid} stopped by signal {signal}',
    samples: ['process /usr/lib/postfix/sbin/smtp pid 12345 stopped by signal 19'],
  },
  {
    action: 'service_throttled',
    level: 'warning',
    text: '{path:word}: bad command startup -- throttling',
    samples: ['/usr/lib/postfix/sbin/smtpd: bad command startup -- throttling'],
  },
  {
    action: 'service_throttled',
    level: 'warning',
    text: 'master_spawn: fork: {error} -- throttling',
    samples: ['master_spawn: fork: Resource temporarily unavailable -- throttling'],
  },
  {
    action: 'exec_failed',
    level: 'fatal',
    text: 'master_spawn: exec {path}: {error}',
    samples: ['master_spawn: exec /usr/lib/postfix/sbin/smtpd: No such file or directory'],
  },
  {
    action: 'spawn_failed',
    level: 'fatal',
    text: 'master_spawn: {detail}',
    samples: [
      'master_spawn: dup2: Bad file descriptor',
      'master_spawn: dup2 status_fd: Bad file descriptor',
      'master_spawn: dup2 listen_fd 7: Bad file descriptor',
      'master_spawn: putenv: Cannot allocate memory',
      'master_spawn: status file descriptor collision',
      'master_spawn: listen file descriptor collision',
      'master_spawn: flow pipe read descriptor <= 4',
    ],
  },
  {
    action: 'spawn_failed',
    level: 'fatal',
    text: 'close {value:integer}: {error}',
    samples: ['close 4: Bad file descriptor'],
  },

  // master/master_avail.c
  {
    action: 'process_limit_reached',
    level: 'warning',
    text: 'service "{service}" ({}) has reached its process limit "{limit}": new clients may experience noticeable delays',
    samples: [
      'service "smtp" (25) has reached its process limit "100": new clients may experience noticeable delays',
      'service "smtp" (192.0.2.25:25) has reached its process limit "100": new clients may experience noticeable delays',
      'service "[2001:db8::25]:submission" (submission) has reached its process limit "20": new clients may experience noticeable delays',
      'service "rewrite" (private/rewrite) has reached its process limit "100": new clients may experience noticeable delays',
    ],
  },
  {
    action: 'process_limit_advice',
    level: 'warning',
    text: 'to avoid this condition, increase the process count in master.cf or reduce the service time per client',
    samples: ['to avoid this condition, increase the process count in master.cf or reduce the service time per client'],
  },
  {
    action: 'process_limit_advice',
    level: 'warning',
    text: 'see {http|https}://www.postfix.org/STRESS_README.html for examples of stress-adapting configuration settings',
    samples: [
      'see http://www.postfix.org/STRESS_README.html for examples of stress-adapting configuration settings',
      'see https://www.postfix.org/STRESS_README.html for examples of stress-adapting configuration settings',
    ],
  },

  // master/master_status.c, master_wakeup.c, master_listen.c
  {
    action: 'child_status_bad',
    level: 'warning',
    text: 'service {service:word}({}): child (pid {child_pid}) sent partial status update ({count} bytes)',
    samples: ['service smtp(inet): child (pid 12345) sent partial status update (4 bytes)'],
  },
  {
    action: 'child_status_ignored',
    text: 'ignoring status update from child pid {child_pid} generation {value}',
    samples: ['ignoring status update from child pid 12345 generation 1'],
  },
  {
    action: 'child_status_bad',
    level: 'warning',
    text: 'master_status_event: ignoring unknown status: {} allegedly from pid: {}',
    samples: ['master_status_event: ignoring unknown status: 12345 allegedly from pid: 7'],
  },
  {
    action: 'child_status_bad',
    level: 'warning',
    text: 'master_status_{event|cleanup}: {read|close status descriptor (read side)|close status descriptor (write side)}: {error}',
    samples: [
      'master_status_event: read: Bad file descriptor',
      'master_status_cleanup: close status descriptor (read side): Bad file descriptor',
      'master_status_cleanup: close status descriptor (write side): Bad file descriptor',
    ],
  },
  {
    action: 'wakeup_failed',
    level: 'warning',
    text: 'master_wakeup_timer_event: service {service:word}({}): {error}',
    samples: ['master_wakeup_timer_event: service pickup(public/pickup): No such file or directory'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'master_listen_cleanup: close listener socket {}: {error}',
    samples: ['master_listen_cleanup: close listener socket 12: Bad file descriptor'],
  },

  // master/master_ent.c, master_conf.c, master_watch.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{path:word}: line {line}: {detail}',
    samples: [
      '/etc/postfix/master.cf: line 12: bad transport type: inett',
      '/etc/postfix/master.cf: line 12: field "private": bad value: "x"',
      '/etc/postfix/master.cf: line 12: bad hostname or network address: nowhere.example.com',
    ],
  },
  {
    action: 'compatibility_default',
    text: '{path:word}: line {line}: using backwards-compatible default setting {setting}={value}',
    samples: ['/etc/postfix/master.cf: line 12: using backwards-compatible default setting chroot=y'],
  },
  {
    action: 'service_listed_twice',
    level: 'warning',
    text: 'duplicate master.cf entry for service "{service}" ({}) -- using the last entry',
    samples: ['duplicate master.cf entry for service "smtp" (smtp) -- using the last entry'],
  },
  {
    action: 'protocols_disabled',
    level: 'warning',
    text: 'all network protocols are disabled ({setting} = {value})',
    samples: ['all network protocols are disabled (inet_protocols = none)'],
  },
  {
    action: 'protocols_disabled',
    level: 'warning',
    text: 'disabling all type "inet" services in master.cf',
    samples: ['disabling all type "inet" services in master.cf'],
  },
  {
    action: 'setting_change_ignored',
    level: 'warning',
    text: 'service {service}: ignoring {setting} change',
    samples: ['service smtp: ignoring inet_interfaces change', 'service [::1]:10025: ignoring inet_interfaces change'],
  },
  {
    action: 'setting_change_ignored',
    level: 'warning',
    text: 'ignoring {setting} parameter value change',
    samples: ['ignoring inet_protocols parameter value change'],
  },
  {
    action: 'setting_change_ignored',
    level: 'warning',
    text: 'old value: "{value}", new value: "{}"',
    samples: ['old value: "all", new value: "ipv4"'],
  },
  {
    action: 'setting_change_ignored',
    level: 'warning',
    text: 'to change {setting}, stop and start Postfix',
    samples: ['to change inet_interfaces, stop and start Postfix'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'end_master_ent: close configuration file: {error}',
    samples: ['end_master_ent: close configuration file: Input/output error'],
  },

  // master/master.c, master_monitor.c, master_sig.c, master_flow.c at start and end
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'daemon initialization failure{? -- see logs for details?}',
    samples: ['daemon initialization failure', 'daemon initialization failure -- see logs for details'],
  },
  {
    action: 'start_failed',
    level: 'warning',
    text: '{error} while waiting for daemon initialization',
    samples: ['Connection timed out while waiting for daemon initialization'],
  },
  {
    action: 'lock_failed',
    level: 'fatal',
    text: 'cannot update lock file {path}: {error}',
    samples: ['cannot update lock file /var/lib/postfix/master.lock: No space left on device'],
  },
  {
    action: 'lock_failed',
    level: 'fatal',
    text: 'refresh exclusive lock: {error}',
    samples: ['refresh exclusive lock: No locks available'],
  },
  {
    action: 'chdir_failed',
    level: 'fatal',
    text: 'chdir {path}: {error}',
    samples: ['chdir /var/spool/postfix: No such file or directory'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'the master command {is reserved for the superuser|must not run as a set-uid process}',
    samples: ['the master command is reserved for the superuser', 'the master command must not run as a set-uid process'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'the {setting} cannot be used {detail}',
    samples: ['the -t and -w options cannot be used together', 'the -i option cannot be used with -D, -d, or -w'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: '-i is allowed only for PID 1 process',
    samples: ['-i is allowed only for PID 1 process'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'usage: {detail}',
    samples: ["usage: master [-c config_dir] [-D (debug)] [-d (don't detach from terminal)] [-e exit_time] [-t (test)] [-v]"],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'unable to set session and process group ID: {error}',
    samples: ['unable to set session and process group ID: Operation not permitted'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'open /dev/null: {error}',
    samples: ['open /dev/null: No such file or directory'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'dup(0): {error}',
    samples: ['dup(0): Bad file descriptor'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'pipe: {error}',
    samples: ['pipe: Too many open files'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'master_flow_init: pipe: {error}',
    samples: ['master_flow_init: pipe: Too many open files'],
  },
  { action: 'out_of_memory', level: 'fatal', text: 'out of memory', samples: ['out of memory'] },
  {
    action: 'signal_failed',
    level: 'warning',
    text: 'write to SIG_PIPE_WRITE_FD failed: {error}',
    samples: ['write to SIG_PIPE_WRITE_FD failed: Broken pipe'],
  },
  {
    action: 'signal_failed',
    level: 'fatal',
    text: 'master_sig{death|setup}: {detail}',
    samples: ['master_sigdeath: kill process group: Operation not permitted', 'master_sigsetup: sigaction(17): Invalid argument'],
  },
];
