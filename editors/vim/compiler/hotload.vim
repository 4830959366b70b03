" Vim compiler file for hotload.
"
" Start `hotload --locations .hotload-errors ...` in the project's folder, then in Vim:
"   :compiler hotload
"   :HotloadErrors    fill the quickfix list with the errors of the last run, and go to the first
"   :HotloadRun       run again

if exists("current_compiler")
  finish
endif
let current_compiler = "hotload"

if !exists("g:hotload_locations")
  let g:hotload_locations = ".hotload-errors"
endif

" Notes are callers and causes: `:cnext` visits them after the error.
CompilerSet errorformat=
      \%f:%l:%c:\ %trror:\ %m,
      \%f:%l:\ %trror:\ %m,
      \%f:%l:%c:\ %tote:\ %m,
      \%f:%l:\ %tote:\ %m
CompilerSet makeprg=hotload\ --send\ rerun

function! s:Errors()
  execute "cgetfile" fnameescape(g:hotload_locations)
  if empty(getqflist())
    cclose
    echo "hotload: no errors"
  else
    cfirst
  endif
endfunction

command! -bar HotloadErrors call s:Errors()
command! -bar HotloadRun call system("hotload --send rerun")
