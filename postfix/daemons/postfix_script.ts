/** postfix-script and the postfix command (conf/postfix-script, src/postfix/). */
import type { Pattern } from '../pattern.js';

export const postfixScript: readonly Pattern[] = [
  // conf/postfix-script: start, stop, reload, status
  {
    action: 'starting',
    text: 'starting the Postfix mail system',
    samples: ['starting the Postfix mail system'],
  },
  {
    action: 'stopping',
    text: 'stopping the Postfix mail system',
    samples: ['stopping the Postfix mail system'],
  },
  {
    action: 'stopping',
    text: 'waiting for the Postfix mail system to terminate',
    samples: ['waiting for the Postfix mail system to terminate'],
  },
  {
    action: 'stopping',
    level: 'warning',
    text: 'stopping the Postfix mail system with force',
    samples: ['stopping the Postfix mail system with force'],
  },
  {
    action: 'stopping',
    text: 'aborting the Postfix mail system',
    samples: ['aborting the Postfix mail system'],
  },
  {
    action: 'reloading',
    text: 'refreshing the Postfix mail system',
    samples: ['refreshing the Postfix mail system'],
  },
  {
    action: 'running',
    text: 'the Postfix mail system is running: PID: {child_pid}',
    samples: ['the Postfix mail system is running: PID: 1234'],
  },
  // The process ID is padded with blanks in the file that the script reads.
  {
    action: 'running',
    text: 'the Postfix mail system is running: PID: {}{child_pid}',
    samples: ['the Postfix mail system is running: PID:        1234'],
  },
  {
    action: 'not_running',
    text: 'the Postfix mail system is not running',
    samples: ['the Postfix mail system is not running'],
  },
  {
    action: 'not_running',
    level: 'fatal',
    text: 'the Postfix mail system is not running',
    samples: ['the Postfix mail system is not running'],
  },
  {
    action: 'already_running',
    level: 'fatal',
    text: 'the Postfix mail system is already running',
    samples: ['the Postfix mail system is already running'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'mail system startup failed',
    samples: ['mail system startup failed'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'Postfix integrity check failed!',
    samples: ['Postfix integrity check failed!'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'cannot start-fg the master daemon',
    samples: ['cannot start-fg the master daemon'],
  },
  {
    action: 'start_failed',
    level: 'fatal',
    text: 'start-fg does not support {setting}',
    samples: ['start-fg does not support multi_instance_directories'],
  },

  // conf/postfix-script: check
  {
    action: 'permissions_wrong',
    level: 'warning',
    text: 'not owned by group {user}: {path}',
    samples: ['not owned by group postdrop: /usr/sbin/postqueue'],
  },
  {
    action: 'permissions_wrong',
    level: 'warning',
    text: 'not owned by {user}: {path}',
    samples: ['not owned by root: /var/spool/postfix/etc/resolv.conf', 'not owned by postfix: /var/lib/postfix/./master.lock'],
  },
  {
    action: 'permissions_wrong',
    level: 'warning',
    text: 'group or other writable: {path}',
    samples: ['group or other writable: /etc/postfix/./main.cf'],
  },
  {
    action: 'permissions_wrong',
    level: 'warning',
    text: 'not set-gid or not owner+group+world executable: {path}',
    samples: ['not set-gid or not owner+group+world executable: /usr/sbin/postdrop'],
  },
  // Debian's postfix-script
  {
    action: 'symlink_leaves_directory',
    level: 'warning',
    text: 'symlink leaves directory: {path}',
    samples: ['symlink leaves directory: /etc/postfix/./makedefs.out'],
  },
  {
    action: 'files_differ',
    level: 'warning',
    text: '{path} and {value:word} differ',
    samples: ['/var/spool/postfix/etc/resolv.conf and /etc/resolv.conf differ', '/usr/lib/sendmail and /usr/sbin/sendmail differ'],
  },
  {
    action: 'files_differ',
    level: 'warning',
    text: 'Replace one by a symbolic link to the other',
    samples: ['Replace one by a symbolic link to the other'],
  },
  {
    action: 'message_corrupt',
    level: 'warning',
    text: 'damaged message: {path}',
    samples: ['damaged message: corrupt/3F2A81C04D'],
  },
  {
    action: 'non_bdb_advice',
    level: 'warning',
    text: 'See https://www.postfix.org/NON_BERKELEYDB_README.html for suggestions',
    samples: ['See https://www.postfix.org/NON_BERKELEYDB_README.html for suggestions'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: 'no Postfix {command|daemon|configuration|shared-library|meta|queue} directory {path}!',
    samples: ['no Postfix queue directory /var/spool/postfix!', 'no Postfix shared-library directory /usr/lib/postfix!'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: 'no Postfix master program {path}!',
    samples: ['no Postfix master program /usr/lib/postfix/sbin/master!'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: 'no {path} file found',
    samples: ['no /etc/postfix/master.cf file found'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: 'cannot execute {path}!',
    samples: ['cannot execute /usr/sbin/postconf!'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: 'unable to create missing queue directories',
    samples: ['unable to create missing queue directories'],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: "missing '{service}' service in master.cf - run 'postfix upgrade-configuration'",
    samples: ["missing 'postlog' service in master.cf - run 'postfix upgrade-configuration'"],
  },

  // conf/postfix-script: logrotate, usage
  {
    action: 'log_rotation_failed',
    level: 'fatal',
    text: "logfile '{path}' rotation failed: {error}",
    samples: ["logfile '/var/log/postfix.log' rotation failed: mv: cannot stat '/var/log/postfix.log': No such file or directory"],
  },
  {
    action: 'log_rotation_failed',
    level: 'fatal',
    text: "empty '{setting}' parameter value - logfile rotation failed",
    samples: ["empty 'maillog_file' parameter value - logfile rotation failed"],
  },
  {
    action: 'log_rotation_failed',
    level: 'fatal',
    text: "not rotating '{path}'",
    samples: ["not rotating '/dev/stdout'"],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: "unknown command: '{value}'. Usage: {}",
    samples: ["unknown command: 'restart'. Usage: postfix start (or stop, reload, abort, flush, check, status, logrotate, tls, non-bdb)"],
  },
  {
    action: 'argument_error',
    level: 'error',
    text: "unknown command: '{value}'",
    samples: ["unknown command: 'restart'"],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'usage postfix {detail}',
    samples: ['usage postfix logrotate (no arguments)'],
  },

  // postfix/postfix.c
  {
    action: 'compatibility_default',
    text: 'Postfix is {running with|using} backwards-compatible default settings',
    samples: ['Postfix is running with backwards-compatible default settings', 'Postfix is using backwards-compatible default settings'],
  },
  {
    action: 'compatibility_default',
    text: 'See {http|https}://www.postfix.org/COMPATIBILITY_README.html for details',
    samples: [
      'See http://www.postfix.org/COMPATIBILITY_README.html for details',
      'See https://www.postfix.org/COMPATIBILITY_README.html for details',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'To disable backwards compatibility use "postconf {setting}={value}" and "postfix reload"',
    samples: [
      'To disable backwards compatibility use "postconf compatibility_level=2" and "postfix reload"',
      'To disable backwards compatibility use "postconf compatibility_level=3.6" and "postfix reload"',
    ],
  },
  {
    action: 'argument_error',
    level: 'error',
    text: 'to submit mail, use the Postfix sendmail command',
    samples: ['to submit mail, use the Postfix sendmail command'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'the postfix command {is reserved for the superuser|must not run as a set-uid process}',
    samples: ['the postfix command is reserved for the superuser', 'the postfix command must not run as a set-uid process'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'multi-instance support is requested, but {setting} is empty',
    samples: ['multi-instance support is requested, but multi_instance_wrapper is empty'],
  },
  {
    action: 'exec_failed',
    level: 'fatal',
    text: '{}/postfix-script: {error}',
    set: { path: 'postfix-script' },
    samples: ['/usr/lib/postfix/sbin/postfix-script: No such file or directory'],
  },
  // What the commands that postfix-script runs say on standard error goes to the journal under the name postfix.
  {
    action: 'command_output',
    text: '{path:word}: {warning|error|fatal}: {detail}',
    samples: [
      '/usr/sbin/postconf: warning: /etc/postfix/main.cf: unused parameter: smtpd_foo=bar',
      '/usr/sbin/postconf: fatal: open /etc/postfix/main.cf: Permission denied',
    ],
  },

  // conf/postmulti-script
  {
    action: 'instance_remains',
    level: 'warning',
    text: '{path:word}: please verify contents and remove by hand',
    samples: ['/var/spool/postfix-out/active: please verify contents and remove by hand'],
  },
  {
    action: 'instance_bad',
    level: 'fatal',
    text: "Instance '{path}' is not stopped",
    samples: ["Instance '/etc/postfix-out' is not stopped"],
  },
  {
    action: 'instance_bad',
    level: 'fatal',
    text: "'{path}' lacks a {main|master}.cf file",
    samples: ["'/etc/postfix-out' lacks a main.cf file", "'/etc/postfix-out' lacks a master.cf file"],
  },
  {
    action: 'instance_bad',
    level: 'fatal',
    text: 'Missing {main|master}.cf prototype: {path}',
    samples: ['Missing main.cf prototype: /etc/postfix/main.cf.proto', 'Missing master.cf prototype: /etc/postfix/master.cf.proto'],
  },
  {
    action: 'instance_bad',
    level: 'fatal',
    text: '{path:word} file not found',
    samples: ['/etc/postfix-out/main.cf file not found'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: "multi_instance_{wrapper is empty|enable!=yes}, run 'postmulti -e init' first.",
    samples: [
      "multi_instance_wrapper is empty, run 'postmulti -e init' first.",
      "multi_instance_enable!=yes, run 'postmulti -e init' first.",
    ],
  },

  // conf/postfix-tls-script
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'error {generating|computing} {detail}',
    samples: [
      'error generating new rsa 2048 private key',
      'error generating self-signed SSL certificate',
      'error computing certificate public key digest',
      'error computing public key digest',
      'error computing SHA2-256 SPKI digest of /etc/postfix/key.pem',
    ],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: "Error copying private key from '{path}' to '{}'",
    samples: ["Error copying private key from '/etc/postfix/key.pem' to '/etc/postfix/key-2.pem'"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: "Key algorithm '{value}' of '{path}' is not '{}'",
    samples: ["Key algorithm 'ecdsa' of '/etc/postfix/key.pem' is not 'rsa'"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'New {certificate|private key} file already exists: {path}',
    samples: [
      'New certificate file already exists: /etc/postfix/cert-20260801-120000.pem',
      'New private key file already exists: /etc/postfix/key-20260801-120000.pem',
    ],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'Certificate in {path} does not match key in {}',
    samples: ['Certificate in /etc/postfix/cert.pem does not match key in /etc/postfix/key.pem'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'no private key found in file: {path}',
    samples: ['no private key found in file: /etc/postfix/key.pem'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'no default TLS random source defined and no /dev/urandom',
    samples: ['no default TLS random source defined and no /dev/urandom'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'No usable {keyfile|keyfiles} specified or configured',
    samples: ['No usable keyfile specified or configured', 'No usable keyfiles specified or configured'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'No /dev/fd/0 or /dev/stdin found',
    samples: ['No /dev/fd/0 or /dev/stdin found'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: "No working openssl(1) command found with 'openssl_path = {path}'",
    samples: ["No working openssl(1) command found with 'openssl_path = openssl'"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: "No 'postfix tls' support when openssl(1) is obsolete",
    samples: ["No 'postfix tls' support when openssl(1) is obsolete"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'Postfix {version} {is not compiled with TLS support|does not support either RSA or ECDSA}',
    samples: ['Postfix 3.7.11 is not compiled with TLS support', 'Postfix 3.7.11 does not support either RSA or ECDSA'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'Unsupported {private|public} key algorithm: {value}',
    samples: ['Unsupported private key algorithm: dsa', 'Unsupported public key algorithm: dsa'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'Invalid empty key algorithm',
    samples: ['Invalid empty key algorithm'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: 'Internal error: {empty|bad} algorithm{detail}',
    samples: ['Internal error: empty algorithm', "Internal error: bad algorithm 'dsa'"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'fatal',
    text: "/bin/sh does not implement a compatible 'getopts' built-in",
    samples: ["/bin/sh does not implement a compatible 'getopts' built-in"],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'warning',
    text: 'Postfix supports ECDSA, but the {path:word} command does not. Consider',
    samples: ['Postfix supports ECDSA, but the openssl command does not. Consider'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'warning',
    text: 'setting the openssl_path parameter to a more capable version of the',
    samples: ['setting the openssl_path parameter to a more capable version of the'],
  },
  {
    action: 'tls_key_setup_failed',
    level: 'warning',
    text: 'command-line utility than {path:word} (with PATH={value}).',
    samples: ['command-line utility than openssl (with PATH=/usr/bin:/bin).'],
  },
  {
    action: 'tls_key_created',
    level: 'warning',
    text: 'Key file: {path} not found, creating new keys',
    samples: ['Key file: /etc/postfix/key.pem not found, creating new keys'],
  },

  // The advice of `postfix tls`, line by line
  {
    action: 'tls_key_setup',
    text: 'New private key and self-signed certificate created. To deploy run:',
    samples: ['New private key and self-signed certificate created. To deploy run:'],
  },
  {
    action: 'tls_key_setup',
    text: 'New TLS private key and certificate deployed.',
    samples: ['New TLS private key and certificate deployed.'],
  },
  {
    action: 'tls_key_setup',
    text: 'Enabled opportunistic TLS in the Postfix SMTP {server|client}{?.?}',
    samples: ['Enabled opportunistic TLS in the Postfix SMTP client.', 'Enabled opportunistic TLS in the Postfix SMTP server'],
  },
  {
    action: 'tls_key_setup',
    text: '*** Non-default SMTP {server|client} TLS settings detected, no changes made.',
    samples: [
      '*** Non-default SMTP server TLS settings detected, no changes made.',
      '*** Non-default SMTP client TLS settings detected, no changes made.',
    ],
  },
  {
    action: 'tls_key_setup',
    text: 'For opportunistic TLS in the Postfix SMTP {server|client}, the below settings',
    samples: [
      'For opportunistic TLS in the Postfix SMTP server, the below settings',
      'For opportunistic TLS in the Postfix SMTP client, the below settings',
    ],
  },
  {
    action: 'tls_key_setup',
    text: 'Save the signed certificate chain in {path:word}{?, and deploy as above?}.',
    samples: [
      'Save the signed certificate chain in /etc/postfix/cert.pem, and deploy as above.',
      'Save the signed certificate chain in /etc/postfix/cert.pem.',
    ],
  },
  {
    action: 'tls_key_setup',
    text: '  # postfix {detail}',
    samples: ['  # postfix reload', '  # postfix tls deploy-server-cert /etc/postfix/cert.pem /etc/postfix/key.pem'],
  },
  {
    action: 'tls_key_setup',
    text: '  {smtp|smtpd}_tls_{detail}',
    samples: ['  smtpd_tls_security_level = may', '  smtp_tls_loglevel = 1'],
  },
  {
    action: 'tls_key_setup',
    text: '  https://{detail}',
    samples: ['  https://tools.ietf.org/html/rfc7671#section-8'],
  },
  { action: 'tls_key_setup', text: 'are typical:', samples: ['are typical:'] },
  { action: 'tls_key_setup', text: 'Run the command:', samples: ['Run the command:'] },
  { action: 'tls_key_setup', text: 'To generate a CSR run:', samples: ['To generate a CSR run:'] },
  { action: 'tls_key_setup', text: 'To generate TLSA records run:', samples: ['To generate TLSA records run:'] },
  { action: 'tls_key_setup', text: 'If you publish DANE TLSA records, see:', samples: ['If you publish DANE TLSA records, see:'] },
  {
    action: 'tls_key_setup',
    text: 'if you want the new settings to take effect immediately.',
    samples: ['if you want the new settings to take effect immediately.'],
  },
  {
    action: 'tls_key_setup',
    text: '{You can use|Or,} "postfix tls {detail}',
    samples: [
      'You can use "postfix tls new-server-cert" to create a new certificate.',
      'Or, "postfix tls new-server-key" to also force a new private key.',
    ],
  },
  {
    action: 'tls_key_setup',
    text: '(deploy after updating the DNS and waiting for stale RRs to expire).',
    samples: ['(deploy after updating the DNS and waiting for stale RRs to expire).'],
  },
  {
    action: 'tls_key_setup',
    text: '(If you have DANE TLSA RRs, update them as soon as possible to match',
    samples: ['(If you have DANE TLSA RRs, update them as soon as possible to match'],
  },
  {
    action: 'tls_key_setup',
    text: 'the newly deployed keys).',
    samples: ['the newly deployed keys).'],
  },

  // conf/postfix-non-bdb-script
  {
    action: 'reindexing',
    text: 'Proactively reindexing {table}',
    samples: ['Proactively reindexing hash:/etc/postfix/submit_users'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: "parameter {setting} specifies a Berkeley DB type: '{value}'",
    samples: ["parameter default_database_type specifies a Berkeley DB type: 'hash'"],
  },
  {
    action: 'installation_incomplete',
    level: 'fatal',
    text: "no Postfix command directory '{path}'",
    samples: ["no Postfix command directory '/usr/sbin'"],
  },
];
