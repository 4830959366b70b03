# What happens when hotload.py is imported or run: from here on watched modules run from their source.
# Uses: base, bytecode, command_line, finder, sources

SOURCES.roots = [os.path.normcase(os.path.abspath(sys.path[0] or '.'))]
install_finder()
watch_loaded()

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
elif __file__.endswith('.py'):
    leave_no_bytecode()
