# In which order the loops are tried: the first whose module is loaded and whose loop exists.
# Uses: asyncio_loop, blender, glib, ipython, posting, prompt, qt, rows, tk, vim

FINDERS_OF_LOOPS = [
    find_row_of_file, find_blender, find_gdb, find_vim, find_own_row, find_ipython, find_asyncio, find_qt,
    find_tk, find_glib, find_wx, find_tornado, find_prompt]
