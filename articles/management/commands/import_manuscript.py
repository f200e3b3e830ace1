"""`manage.py import_manuscript FILE --section SLUG`: a plain-text manuscript becomes a story."""

import difflib
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from articles import manuscript as manuscripts
from articles import moves
from articles.addresses import web_address
from articles.clock import newsroom_time
from articles.importing import PhotoFile, bring_in, require_fitting
from articles.manuscript import Manuscript, ManuscriptError
from articles.models import Author, Section
from articles.preflight import NotReady
from media.intake import MAX_BYTES, PhotoRefused, files_and_rows


class Command(BaseCommand):
    """Reads a manuscript and stores it whole, or says what is wrong and stores nothing."""

    help = """Bring a plain-text manuscript in as a story.

The file is read as a newsroom reads one: perhaps the publication's name and “View Original”, then the headline, the
deck, and paragraphs between blank lines. A short line alone without a full stop is a crosshead; a line of the form
“caption - credit” is a photo. A photo line without a file keeps its place in the story, which can be published once
the file has been uploaded.

Exit code 0 when the story is stored. Anything wrong with the file, its photos or the options ends with a message that
names it, exit code 1 (2 for options that cannot be read) and an unchanged database.

  manage.py import_manuscript story.txt --section world --author "Ana Brandt"
  manage.py import_manuscript story.txt --section world --author "Ana Brandt" \\
      --photo quay.jpg=1 --alt "1=A quay in the rain" --publish"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the line breaks of the help above."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the manuscript, plain text of at most 2 MiB")
        parser.add_argument("--section", metavar="SLUG", required=True, help="the section the story goes to")
        parser.add_argument(
            "--author", metavar="NAME", action="append", default=[], help="name or slug of an author, in byline order"
        )
        parser.add_argument(
            "--photo", metavar="FILE=N", action="append", default=[], help="the picture of the N-th photo line"
        )
        parser.add_argument("--alt", metavar="N=TEXT", action="append", default=[], help="its alt text")
        parser.add_argument("--original-url", metavar="URL", default="", help="where readers can view the original")
        parser.add_argument("--publish", action="store_true", help="publish the story at once")

    @newsroom_time()
    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything first, then store the story in one transaction."""
        manuscript = self._manuscript(options["file"], options["original_url"])
        section = self._section(options["section"])
        authors = self._authors(options["author"])
        files = self._files(options["photo"], manuscript, options["file"])
        alts = self._alts(options["alt"], manuscript, options["file"])
        try:
            with files_and_rows():
                article = bring_in(manuscript, by=None, section=section, authors=authors, files=files, alts=alts)
                if options["publish"]:
                    moves.perform("publish", article, by=None, seen_version=article.version)
        except PhotoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except NotReady as unready:
            reasons = "\n".join(f"  - {finding.words}" for finding in unready.findings)
            raise CommandError(
                f"{options['file']}: not published and not imported, because\n{reasons}\n"
                "Leave --publish away to import it as a draft."
            ) from unready
        waiting = len(manuscript.photo_lines) - len(files)
        self.stdout.write(
            f"{'Published' if options['publish'] else 'Imported'} “{article}” as {article.path}: "
            f"{len(manuscript.blocks)} blocks, {len(manuscript.photo_lines)} photos"
            + (f" ({waiting} without a file)." if waiting else ".")
        )

    def _manuscript(self, file: Path, original_url: str) -> Manuscript:
        try:
            # One byte more than may be, so that a huge file is refused without being read.
            with file.open("rb") as opened:
                data = opened.read(manuscripts.MAX_BYTES + 1)
            manuscript = manuscripts.read(data, name=str(file))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}.") from error
        except ManuscriptError as error:
            raise CommandError(str(error)) from error
        if original_url:
            try:
                web_address(original_url)
            except ValidationError as error:
                raise CommandError(f"--original-url {original_url}: not an address.") from error
            manuscript = replace(manuscript, original_url=original_url)
        try:
            require_fitting(manuscript, name=str(file))
        except ManuscriptError as error:
            raise CommandError(str(error)) from error
        return manuscript

    def _section(self, slug: str) -> Section:
        section = Section.objects.filter(slug=slug).first()
        if section is None:
            known = ", ".join(Section.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"--section {slug}: there is no such section. There are: {known}.")
        return section

    def _authors(self, names: Iterable[str]) -> list[Author]:
        authors: list[Author] = []
        for name in names:
            author = self._author(name)
            if author in authors:
                raise CommandError(f"--author {name}: {author} is in the byline already.")
            authors.append(author)
        return authors

    def _author(self, name: str) -> Author:
        found = list(Author.objects.filter(slug=name) or Author.objects.filter(name__iexact=name))
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError(
                f"--author {name}: {len(found)} authors have this name; give the slug: "
                + ", ".join(author.slug for author in found)
            )
        close = difflib.get_close_matches(name, Author.objects.values_list("name", flat=True), n=3)
        hint = f" Did you mean {' or '.join(close)}?" if close else " Add the author in the admin first."
        raise CommandError(f"--author {name}: there is no such author.{hint}")

    def _files(self, options: Iterable[str], manuscript: Manuscript, source: Path) -> dict[int, PhotoFile]:
        files: dict[int, PhotoFile] = {}
        for option in options:
            path, _, number_text = option.rpartition("=")
            number = self._number("--photo", option, number_text if path else "", manuscript, source)
            if number in files:
                raise CommandError(f"--photo {option}: photo {number} has a file already.")
            try:
                with Path(path).open("rb") as opened:
                    data = opened.read(MAX_BYTES + 1)
            except OSError as error:
                raise CommandError(f"--photo {path}: {error.strerror or error}.") from error
            files[number] = PhotoFile(data=data, name=path)
        return files

    def _alts(self, options: Iterable[str], manuscript: Manuscript, source: Path) -> dict[int, str]:
        alts: dict[int, str] = {}
        for option in options:
            number_text, _, text = option.partition("=")
            number = self._number("--alt", option, number_text, manuscript, source)
            if number in alts:
                raise CommandError(f"--alt {option}: photo {number} has an alt text already.")
            if not text.strip():
                raise CommandError(f"--alt {option}: the text is missing; write it as N=TEXT.")
            alts[number] = text.strip()
        return alts

    def _number(self, flag: str, option: str, text: str, manuscript: Manuscript, source: Path) -> int:
        if not text.isascii() or not text.isdigit():
            form = "FILE=N" if flag == "--photo" else "N=TEXT"
            raise CommandError(f"{flag} {option}: write it as {form}, with N the number of a photo line.")
        number = int(text[:9])
        if number not in {line.number for line in manuscript.photo_lines}:
            raise CommandError(
                f"{flag} {option}: {source} has {len(manuscript.photo_lines)} photo lines; there is no photo {number}."
            )
        return number
