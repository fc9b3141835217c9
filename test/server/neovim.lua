-- The server in a real Neovim: a mistake is shown, a field explained, and the mistake goes when it is mended.
-- From a built checkout, with any Neovim from 0.7 on:
--   nvim --headless -u NONE -i NONE -n -c "luafile test/server/neovim.lua"
-- Prints what it saw and exits 0, or says what never came and exits 1.

local folder = vim.fn.tempname()
vim.fn.mkdir(folder .. '/configs/workflows', 'p')
local file = folder .. '/configs/workflows/w.yaml'
vim.fn.writefile({ 'name: w', 'adapter_kind: graph', 'nodes:', '  - id: a', '    task: { goal: Go. }', '    depends_on: [zzz]' }, file)
local command = { 'node', vim.fn.getcwd() .. '/cli/bin.mjs', 'lsp', '--stdio' }

local function wait(what, test)
  if vim.wait(60000, test, 50) then return end
  io.stderr:write('never came: ' .. what .. '\n')
  vim.cmd('cquit 1')
end

if vim.lsp.config then
  vim.cmd('filetype on')
  vim.lsp.config('dagbook', { cmd = command, filetypes = { 'yaml' }, root_markers = { '.dagbook', 'configs', '.git' } })
  vim.lsp.enable('dagbook')
  vim.cmd('edit ' .. file)
else
  -- Before 0.11.
  vim.cmd('edit ' .. file)
  vim.lsp.buf_attach_client(0, vim.lsp.start_client({ name = 'dagbook', cmd = command, root_dir = folder }))
end

wait('a diagnostic', function() return #vim.diagnostic.get(0) == 1 end)
local found = vim.diagnostic.get(0)[1]
io.stdout:write(string.format('%d:%d %s\n', found.lnum + 1, found.col + 1, found.message))
local place = { textDocument = vim.lsp.util.make_text_document_params(0), position = { line = 4, character = 6 } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', place, 60000) or {}
wait('a hover', function()
  for _, answer in pairs(answers) do
    if answer.result and answer.result.contents.value:find('What is asked') then return true end
  end
end)
vim.api.nvim_buf_set_lines(0, 5, 6, false, { '    depends_on: []' })
wait('the end of the mistake', function() return #vim.diagnostic.get(0) == 0 end)
io.stdout:write('mended\n')
vim.cmd('qall!')
