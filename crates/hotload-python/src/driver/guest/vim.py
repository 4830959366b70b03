# Vim: its timer looks 20 times a second.
# Uses: base, loops, output


class VimLoop(Loop):

    host = 'Vim'
    has_input = False

    def __init__(self, vim):
        self.vim = vim
        # What is printed would make Vim wait for a key in the middle of a run.
        OUTPUT['to'] = 'here'

    def define(self, arguments):
        python = 'py' if PY2 else 'py3'
        self.vim.command(
            'function! HotloadTurn(%s)\nsilent %s import sys; sys.modules["_hotload_guest"].turn()\n'
            'endfunction' % (arguments, python))

    def say(self, text):
        self.vim.command("redraw | echomsg 'hotload: %s'" % text.replace("'", "''"))


class VimTimer(VimLoop):

    name = 'a timer'
    is_rare = True

    def start(self):
        self.define('timer')
        self.vim.command('let g:hotload_timer = timer_start(50, "HotloadTurn", {"repeat": -1})')

    def stop(self):
        self.vim.command('call timer_stop(g:hotload_timer) | unlet g:hotload_timer')
        self.vim.command('delfunction HotloadTurn')


def find_vim():
    vim = sys.modules.get('vim')
    if vim is None or not hasattr(vim, 'eval'):
        return None
    if int(vim.eval("has('timers')")):
        return VimTimer(vim)
    return None
