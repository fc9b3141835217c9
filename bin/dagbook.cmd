@echo off
rem The `dagbook` of integrated terminals: on the editor's own Node where it says which, else on the one the shell finds.
setlocal
if defined DAGBOOK_NODE (
  set ELECTRON_RUN_AS_NODE=1
  "%DAGBOOK_NODE%" "%~dp0..\cli\bin.mjs" %*
) else (
  node "%~dp0..\cli\bin.mjs" %*
)
