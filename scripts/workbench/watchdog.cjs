// Stands in for the native part of `@vscode/native-watchdog`, which has to be compiled: an extension host whose server is gone ends itself.
'use strict';

exports.exit = (code) => process.exit(code);

exports.start = (pid) => {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 1_000).unref();
  return true;
};
