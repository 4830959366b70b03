# From here on watched modules run from their source.

SOURCES.roots = [os.path.normcase(os.path.abspath(sys.path[0] or '.'))]
install_finder()

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
elif __file__.endswith('.py'):
    leave_no_bytecode()
