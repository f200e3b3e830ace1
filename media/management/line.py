"""The line of a terminal on which a command says how far it is."""

from django.core.management.base import OutputWrapper


class Line:
    """One line that is written over again and again; nothing at all where the output goes elsewhere."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._length = 0

    def say(self, words: str) -> None:
        """Write over what stands there."""
        if self._out.isatty():
            self._out.write(f"\r{words.ljust(self._length)}", ending="")
            self._out.flush()
            self._length = len(words)

    def clear(self) -> None:
        """Leave an empty line, for something that is to stay."""
        if self._length:
            self.say("")
            self._out.write("\r", ending="")
            self._length = 0
