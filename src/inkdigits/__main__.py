"""The command line, as `python -m inkdigits`."""

from inkdigits.cli import main

if __name__ == "__main__":
    main()
