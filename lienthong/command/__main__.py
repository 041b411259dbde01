"""`python -m lienthong.command`."""

from lienthong.command import main

main()
